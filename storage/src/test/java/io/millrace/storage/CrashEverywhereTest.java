package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A short story, again and again, with a crash at every change of the disk in turn. {@code -Dstories=N} tells so many,
 * {@code -Dstory=S} one, {@code -DcrashAt=K} with one crash only.
 */
class CrashEverywhereTest {
    private static final int ACTIONS = 60;
    private static final long SECONDS_MAX = 20;

    @Test
    void noMomentIsWrongForACrash() throws Exception {
        Long only = Long.getLong("story");
        if (only != null) {
            tell(only);
            return;
        }
        Integer asked = Integer.getInteger("stories");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        int crashes = 0;
        int stories = asked == null ? 8 : asked;
        for (long seed = 1; seed <= stories && (asked != null || System.nanoTime() < deadline); seed++) {
            crashes += tell(seed);
        }
        assertThat(crashes).isGreaterThan(10);
    }

    /** How many moments there were. */
    private static int tell(long seed) throws Exception {
        Integer onlyAt = Integer.getInteger("crashAt");
        if (onlyAt != null) {
            runSaying(seed, onlyAt);
            return 1;
        }
        int crashAt = 1;
        while (runSaying(seed, crashAt)) {
            crashAt++;
        }
        return crashAt;
    }

    /** Whether there was so much to do in the first life. */
    private static boolean runSaying(long seed, int crashAt) {
        try {
            ModelRun run = new ModelRun(seed, ACTIONS);
            return run.run(crashAt);
        } catch (Exception | AssertionError e) {
            return fail(
                    "failed; again with: mvn -pl storage -am test -Dtest=CrashEverywhereTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dstory=" + seed + " -DcrashAt=" + crashAt,
                    e);
        }
    }
}
