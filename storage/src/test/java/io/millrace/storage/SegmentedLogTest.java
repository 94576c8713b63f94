package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentedLogTest {
    @TempDir
    Path data;

    @Test
    void whatIsAppendedCanBeReadAndBecomesDurable() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();

            int size = Batches.batch(5, "a", "b").remaining();

            AppendOutcome first = TestStore.append(log, Batches.batch(5, "a", "b"));
            AppendOutcome second = TestStore.append(log, Batches.batch(6, "c"));

            assertThat(first).isEqualTo(new AppendOutcome.Appended(0, -1, new LogPosition(2, 0, size)));
            assertThat(second)
                    .isInstanceOfSatisfying(
                            AppendOutcome.Appended.class,
                            a -> assertThat(a.baseOffset()).isEqualTo(2));
            await().until(() -> log.durableEnd().offset() == 3);
            assertThat(TestStore.values(log, 0)).containsExactly("a", "b", "c");
            assertThat(TestStore.values(log, 2)).containsExactly("c");
        }
    }

    @Test
    void aLogThatWasNeverWrittenHasNoFiles() throws Exception {
        try (TestStore store = new TestStore(data);
                var topics = Files.list(data.resolve("topics"))) {
            PartitionLog log = store.log();

            assertThat(topics).isEmpty();
            assertThat(store.store().stored()).isEmpty();
            assertThat(log.end().offset()).isZero();
        }
    }

    @Test
    void aReopenedLogGoesOnWhereItEnded() {
        try (TestStore store = new TestStore(data)) {
            TestStore.append(store.log(), Batches.batch(5, "a", "b"));
        }
        try (TestStore store = new TestStore(data)) {
            assertThat(store.store().stored()).containsExactly(TestStore.EVENTS);
            PartitionLog log = store.log();

            TestStore.append(log, Batches.batch(5, "c"));

            assertThat(TestStore.values(log, 0)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void readingOutsideTheLogIsRefused() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            TestStore.append(log, Batches.batch(5, "a"));

            assertThat(log.read(1, 100, log.end(), true).isEmpty()).isTrue();
            assertThatThrownBy(() -> log.read(2, 100, log.end(), true)).isInstanceOf(OffsetOutOfRangeException.class);
            assertThatThrownBy(() -> log.read(-1, 100, log.end(), true)).isInstanceOf(OffsetOutOfRangeException.class);
        }
    }
}
