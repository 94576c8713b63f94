package io.millrace.compat;

import java.util.Random;

/** The seed of a randomised test: given as {@code -Dcompat.seed=N} to play a run again, else drawn; always printed. */
public final class Seed {
    private Seed() {}

    public static Random printed(String test) {
        var given = System.getProperty("compat.seed");
        long seed = given == null ? System.nanoTime() : Long.parseLong(given);
        System.out.println(test + ": -Dcompat.seed=" + seed);
        return new Random(seed);
    }
}
