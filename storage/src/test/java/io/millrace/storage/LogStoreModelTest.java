package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/**
 * Random appends, reads, rolls, crashes, reopenings, removals and retention, compared with a plain model.
 * {@code -Dseeds=N} runs so many seeds, {@code -Dseed=S} just one.
 */
class LogStoreModelTest {
    private static final long FIRST_SEED = 1;

    @Test
    void theLogIsWhatItsModelSays() throws Exception {
        Long only = Long.getLong("seed");
        if (only != null) {
            new ModelRun(only).run();
            return;
        }
        int compacted = 0;
        int seeds = Integer.getInteger("seeds", 400);
        for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
            compacted += runSaying(seed);
        }
        assertThat(compacted).as("records that compaction took, over all seeds").isGreaterThan(seeds);
    }

    private static int runSaying(long seed) {
        try {
            return new ModelRun(seed).run();
        } catch (Exception | AssertionError e) {
            return fail(
                    "failed; again with: mvn -pl storage -am test -Dtest=LogStoreModelTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dseed=" + seed,
                    e);
        }
    }
}
