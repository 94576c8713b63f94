package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.PartitionLog.EpochEnd;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile;
import org.apache.kafka.storage.internals.epoch.LeaderEpochFileCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaderEpochsTest {
    @TempDir
    Path directory;

    @Test
    void answersAsKafkasCacheDoes() throws Exception {
        KafkaScheduler scheduler = new KafkaScheduler(1);
        scheduler.startup();
        try {
            for (int seed = 0; seed < 50; seed++) {
                compare(new Random(seed), seed, scheduler);
            }
        } finally {
            scheduler.shutdown();
        }
    }

    private void compare(Random random, int seed, Scheduler scheduler) throws Exception {
        var file = new LeaderEpochCheckpointFile(
                directory.resolve("epochs-" + seed).toFile(), null);
        var kafkas = new LeaderEpochFileCache(new TopicPartition("t", 0), file, scheduler);
        LeaderEpochs ours = LeaderEpochs.NONE;
        int epoch = 0;
        long end = 0;
        long start = 0;
        for (int i = 0; i < 60; i++) {
            epoch += random.nextInt(3);
            if (ours.isNew(epoch)) {
                ours = ours.with(epoch, end);
                kafkas.assign(epoch, end);
            }
            end += 1 + random.nextInt(5);
            if (random.nextInt(10) == 0) {
                start += random.nextInt((int) (end - start));
                ours = ours.startingAt(start);
                kafkas.truncateFromStartAsyncFlush(start);
            }
            if (random.nextInt(10) == 0 && end > start + 3) {
                end -= random.nextInt(3);
                ours = ours.truncatedTo(end);
                kafkas.truncateFromEndAsyncFlush(end);
                epoch = ours.latest().orElse(epoch);
            }
            int asked = random.nextInt(epoch + 3);
            Map.Entry<Integer, Long> expected = kafkas.endOffsetFor(asked, end);
            assertThat(ours.endOf(asked, epoch, end))
                    .as("seed %d: end of %d in %s", seed, asked, ours)
                    .isEqualTo(
                            expected.getKey() < 0
                                    ? Optional.empty()
                                    : Optional.of(new EpochEnd(expected.getKey(), expected.getValue())));
        }
        assertThat(ours.latest().orElse(-1)).isEqualTo(kafkas.latestEpoch().orElse(-1));
    }

    @Test
    void anEpochBeginsOnlyOnce() {
        LeaderEpochs epochs = LeaderEpochs.NONE.with(3, 10);

        assertThat(epochs.isNew(3)).isFalse();
        assertThat(epochs.isNew(-1)).isFalse();
        assertThat(epochs.isNew(4)).isTrue();
    }

    @Test
    void anEpochWithoutRecordsIsReplacedByTheNext() {
        assertThat(LeaderEpochs.NONE.with(3, 10).with(5, 10)).isEqualTo(LeaderEpochs.NONE.with(5, 10));
    }
}
