package io.millrace.cli;

import io.millrace.cli.record.JsonFormatter;
import io.millrace.cli.record.RecordFormatter;
import io.millrace.cli.record.StartPoint;
import io.millrace.cli.record.TextFormatter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace consume}: a line on stdout for each record. */
@Command(
        name = "consume",
        header = "Print a topic's records to stdout, one a line, and wait for more.",
        description = {"Ctrl-C ends it, as do --count and --until-end.", ""},
        footer = {
            "",
            "FROM: " + StartPoint.FORMS + ".",
            "In a group, partitions with a committed offset go on from there, and --from is for the others.",
            "",
            "Examples:",
            "  millrace consume orders",
            "  millrace consume orders --from end --keys --metadata",
            "  millrace consume orders --from 15m --until-end --json | jq .value",
            "  millrace consume orders --group billing"
        })
final class ConsumeCommand implements Callable<Integer> {
    @Mixin
    HelpOption helpOption = new HelpOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "What to read.")
    String topic = "";

    @Option(
            names = {"-f", "--from"},
            paramLabel = "FROM",
            defaultValue = "beginning",
            description = "Where to begin, see below. Default: ${DEFAULT-VALUE}.")
    String from = "beginning";

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "Share the partitions with the others of this group and commit what was printed.")
    @Nullable
    String group;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End after this many records.")
    @Nullable
    Long count;

    @Option(
            names = {"-e", "--until-end"},
            description = "End where the partitions end when it starts.")
    boolean untilEnd;

    @Option(
            names = {"-p", "--partition"},
            split = ",",
            paramLabel = "N",
            description = "Only these partitions.")
    List<Integer> partitions = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    ProduceCommand.Format format = ProduceCommand.Format.text;

    @Option(
            names = "--json",
            description =
                    "Short for --format json: topic, partition, offset, timestamp, key, value, headers. Bytes that are not UTF-8 appear as keyBase64 and valueBase64.")
    boolean json;

    @Option(
            names = {"-k", "--keys"},
            description = "Text: the key before the value.")
    boolean keys;

    @Option(
            names = "--key-separator",
            paramLabel = "TEXT",
            defaultValue = "\t",
            description = "Text: what stands between key and value. Default: a tab.")
    String keySeparator = "\t";

    @Option(names = "--headers", description = "Text: the headers before it.")
    boolean headers;

    @Option(
            names = {"-m", "--metadata"},
            description = "Text: partition, offset and time before it.")
    boolean metadata;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not filled in the command");
        }
        Reading reading = reading();
        try (var stop = new StopSignal(ClientOptions.STOP_PATIENCE);
                var consumer = new KafkaConsumer<byte[], byte[]>(config())) {
            stop.onSignal(consumer::wakeup);
            new ConsumeLoop(consumer, reading, spec.commandLine().getOut(), client).run();
        }
        return ExitCode.DONE;
    }

    private Reading reading() {
        if (group != null && !partitions.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE, "--group and --partition exclude each other: a group shares out the partitions.");
        }
        if (count != null && count < 0) {
            throw new CliException(ExitCode.USAGE, "--count is a number from 0 on.");
        }
        return new Reading(
                topic,
                startPoint(),
                group != null,
                partitions,
                count == null ? Long.MAX_VALUE : count,
                untilEnd,
                formatter());
    }

    private StartPoint startPoint() {
        try {
            return StartPoint.parse(from, Instant.now(), ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--from: " + e.getMessage() + '.', e);
        }
    }

    private RecordFormatter formatter() {
        return json || format == ProduceCommand.Format.json
                ? new JsonFormatter()
                : new TextFormatter(metadata, headers, keys, keySeparator);
    }

    private Map<String, Object> config() {
        Map<String, Object> config = client.connect();
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        if (group != null) {
            config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        }
        return client.overridden(config);
    }

    /**
     * What to read and how to show it.
     *
     * @param partitions empty: all
     */
    record Reading(
            String topic,
            StartPoint from,
            boolean inGroup,
            List<Integer> partitions,
            long count,
            boolean untilEnd,
            RecordFormatter formatter) {}
}
