package io.millrace.storage;

import static org.assertj.core.api.Assertions.fail;

import io.millrace.storage.sim.SimulatedCrash;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Random appends, reads, rolls, crashes, reopenings, removals, retention, failing and full disks and damaged indexes, compared with a
 * plain model. {@code -Dseeds=N} runs so many seeds, {@code -Dseed=S} just one.
 */
class LogStoreModelTest {
    private static final long FIRST_SEED = 1;
    private static final int ACTIONS = 120;
    private static final long SECONDS_MAX = 45;

    @Test
    void theLogIsWhatItsModelSays() {
        Long only = Long.getLong("seed");
        if (only != null) {
            runSaying(only);
            return;
        }
        Integer asked = Integer.getInteger("seeds");
        int seeds = asked == null ? 1_500 : asked;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        for (long seed = FIRST_SEED;
                seed < FIRST_SEED + seeds && (asked != null || System.nanoTime() < deadline);
                seed++) {
            runSaying(seed);
        }
    }

    private static void runSaying(long seed) {
        ModelRun run = null;
        try {
            run = new ModelRun(seed, ACTIONS);
            run.run();
        } catch (Exception | AssertionError | SimulatedCrash e) {
            fail(
                    "failed; again with: mvn -pl storage -am test -Dtest=LogStoreModelTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dseed=" + seed + "\nWhat happened last: "
                            + (run == null ? "nothing" : run.trace()),
                    e);
        }
    }
}
