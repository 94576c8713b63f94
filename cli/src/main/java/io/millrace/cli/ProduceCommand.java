package io.millrace.cli;

import io.millrace.cli.record.JsonRecordParser;
import io.millrace.cli.record.LineReader;
import io.millrace.cli.record.RecordParser;
import io.millrace.cli.record.RecordTemplate;
import io.millrace.cli.record.TextParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace produce}: one record for each line of stdin. */
@Command(
        name = "produce",
        header = "Send each line of stdin to a topic as a record.",
        description = {
            "Ends at the end of stdin, or at the first record that the broker refuses. What was sent is summed up on stderr.",
            ""
        },
        footer = {
            "",
            "Lines in the format json are objects with any of key, value, headers, timestamp and partition;",
            "what 'millrace consume --json' prints can be sent again.",
            "",
            "Examples:",
            "  echo hello | millrace produce greetings",
            "  millrace produce orders --key-separator : < orders.txt",
            "  echo '{\"key\":\"o-1\",\"value\":{\"sum\":12},\"headers\":{\"from\":\"web\"}}' | millrace produce orders --format json"
        })
final class ProduceCommand implements Callable<Integer> {
    /** A broker's message.max.bytes may be raised far; what is above it the broker refuses itself. */
    private static final int MAX_RECORD_BYTES = 64 << 20;

    @Mixin
    HelpOption helpOption = new HelpOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "Where to send to. Brokers may make a topic that does not exist.")
    String topic = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Format format = Format.text;

    @Option(names = "--key-separator", paramLabel = "TEXT", description = "Text lines are KEY, this, VALUE.")
    @Nullable
    String keySeparator;

    @Option(names = "--key", paramLabel = "KEY", description = "Key of all records that bring none.")
    @Nullable
    String key;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description = "A header for all records.")
    List<String> headers = List.of();

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Partition of all records. Default: by key.")
    @Nullable
    Integer partition;

    @Option(
            names = "--null-marker",
            paramLabel = "TEXT",
            description = "A text value that is exactly this is sent as null (a tombstone).")
    @Nullable
    String nullMarker;

    @Option(
            names = "--compression",
            paramLabel = "TYPE",
            defaultValue = "none",
            description = "none, gzip, snappy, lz4 or zstd. Default: ${DEFAULT-VALUE}.")
    String compression = "none";

    @Option(
            names = "--acks",
            paramLabel = "ACKS",
            defaultValue = "all",
            description =
                    "Wait for all in-sync replicas (all), the leader (1) or nobody (0). Default: ${DEFAULT-VALUE}.")
    String acks = "all";

    @Option(names = "--json", description = "Print the summary as JSON to stdout.")
    boolean json;

    /** How stdin is read. */
    enum Format {
        text,
        json
    }

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli has not filled in the command");
        }
        RecordParser parser = parser();
        var delivery = new Delivery(
                topic, json, spec.commandLine().getOut(), spec.commandLine().getErr());
        InputStream in = System.in;
        try (var stop = new StopSignal(ClientOptions.STOP_PATIENCE);
                var producer = new KafkaProducer<byte[], byte[]>(config())) {
            Terminal.hint("One record per line; Ctrl-D ends.");
            stop.onSignal(() -> {
                // the command's own thread may wait for a line that never comes: all is done here
                delivery.interrupt(producer);
                delivery.report();
                stop.finished();
            });
            delivery.sendAll(producer, new LineReader(in, MAX_RECORD_BYTES), parser);
        }
        delivery.report();
        delivery.throwFailure();
        return ExitCode.DONE;
    }

    private Map<String, Object> config() {
        Map<String, Object> config = client.connect();
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, acks);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * MAX_RECORD_BYTES);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, client.timeoutMs());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, client.timeoutMs() + 1000);
        return client.overridden(config);
    }

    private RecordParser parser() {
        if (format == Format.json && (keySeparator != null || nullMarker != null)) {
            throw new CliException(ExitCode.USAGE, "--key-separator and --null-marker are for --format text.");
        }
        if (keySeparator != null && keySeparator.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "--key-separator is at least one character.");
        }
        var template = new RecordTemplate(
                topic,
                partition,
                key,
                headers.stream().map(ProduceCommand::header).toList());
        return format == Format.json
                ? new JsonRecordParser(template)
                : new TextParser(template, keySeparator, nullMarker);
    }

    private static Header header(String text) {
        int at = text.indexOf('=');
        if (at < 1) {
            throw new CliException(ExitCode.USAGE, "--header is NAME=VALUE, not '" + text + "'.");
        }
        return new RecordHeader(text.substring(0, at), text.substring(at + 1).getBytes(StandardCharsets.UTF_8));
    }
}
