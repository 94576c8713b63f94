package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogAppend.Origin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile;
import org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka's own code makes of our files. */
class KafkaToolsTest {
    private static final int BATCHES = 300;

    @TempDir
    Path data;

    private Path files;

    @BeforeEach
    void writeSomeSegments() {
        LogConfig config = TestConfigs.segmentBytes(20_000);
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log(config);
            for (int i = 0; i < BATCHES; i++) {
                TestStore.append(
                        log,
                        Batches.batch(Compression.lz4().build(), 1_000 + i, "a" + i, "b".repeat(i % 300)),
                        i / 100,
                        Origin.CLIENT);
                TestStore.append(log, Batches.idempotent(4, 0, i, 1_000 + i, "p" + i), i / 100, Origin.CLIENT);
            }
        }
        files = data.resolve("topics/events-0");
    }

    @Test
    void dumpLogSegmentsReadsEveryBatchAndRecord() throws Exception {
        String dump = dump("--deep-iteration", "--print-data-log", "--files", named(".log"));

        assertThat(count(dump, "isvalid: true")).isEqualTo(2 * BATCHES);
        assertThat(count(dump, "isvalid: false")).isZero();
        assertThat(count(dump, "payload: p")).isEqualTo(BATCHES);
        assertThat(count(dump, "payload: a")).isEqualTo(BATCHES);
        assertThat(dump).contains("partitionLeaderEpoch: 2");
    }

    @Test
    void dumpLogSegmentsFindsNothingWrongWithTheIndexes() throws Exception {
        assertThat(list(".index")).hasSizeGreaterThan(1);
        assertThat(Files.size(Path.of(list(".index").getFirst()))).isGreaterThan(8);

        String dump = dump("--files", named(".index") + "," + named(".timeindex"));
        String sanity = dump("--index-sanity-check", "--files", named(".index") + "," + named(".timeindex"));

        assertThat(dump).contains("offset: ").contains("position: ").contains("timestamp: ");
        assertThat(dump.toLowerCase(Locale.ROOT))
                .doesNotContain("mismatch")
                .doesNotContain("out of order")
                .doesNotContain("not found");
        assertThat(count(sanity, "passed sanity check"))
                .isEqualTo(list(".index").size() + list(".timeindex").size());
    }

    @Test
    void dumpLogSegmentsReadsTheProducerSnapshots() throws Exception {
        String dump = dump("--files", list(".snapshot").getLast());

        assertThat(count(dump, "producerId: 4 producerEpoch: 0")).isEqualTo(5);
    }

    @Test
    void kafkaReadsTheLeaderEpochs() throws Exception {
        var checkpoint = new LeaderEpochCheckpointFile(
                files.resolve("leader-epoch-checkpoint").toFile(), null);

        assertThat(checkpoint.read())
                .extracting(entry -> new OffsetAndEpoch(entry.startOffset(), entry.epoch()))
                .containsExactly(new OffsetAndEpoch(0, 0), new OffsetAndEpoch(300, 1), new OffsetAndEpoch(600, 2));
    }

    @Test
    void kafkaReadsTheTopicId() {
        var metadata =
                new PartitionMetadataFile(files.resolve("partition.metadata").toFile(), null);

        assertThat(metadata.read().topicId()).isEqualTo(TestStore.EVENTS.topicId());
    }

    /** Runs the tool as a program of its own, with libraries of its own release. */
    private static String dump(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                "target/kafka-tools/*",
                "org.apache.kafka.tools.DumpLogSegments"));
        command.addAll(List.of(arguments));
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
        return output;
    }

    private List<String> list(String suffix) throws Exception {
        try (Stream<Path> all = Files.list(files)) {
            return all.map(Path::toString)
                    .filter(name -> name.endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private String named(String suffix) throws Exception {
        return String.join(",", list(suffix));
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
