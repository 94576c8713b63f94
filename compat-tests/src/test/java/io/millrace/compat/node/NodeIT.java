package io.millrace.compat.node;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.ForkedCommand;
import io.millrace.compat.NodePackages;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts under src/test/node check for themselves; a scenario is right when its script exits with 0. */
final class NodeIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    private static Path scripts = Path.of(".");

    @BeforeAll
    static void install() {
        scripts = NodePackages.installed();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "kafkajs, produceEveryCompression",
        "kafkajs, produceEveryAcks",
        "kafkajs, headersKeysTombstones",
        "kafkajs, consumeFromBothEndsAndByTime",
        "kafkajs, groupRebalances",
        "kafkajs, commitsComeBack",
        "kafkajs, admin",
        "kafkajs, errors",
        "platformatic, produceEveryCompression",
        "platformatic, produceEveryAcks",
        "platformatic, headersKeysTombstones",
        "platformatic, groupRebalances",
        "platformatic, commitsComeBack",
        "platformatic, admin",
        "platformatic, errors"
    })
    void nodeClient(String client, String scenario) {
        ForkedCommand.of("node", client + ".mjs", BROKER.bootstrap(), scenario, BrokerUnderTest.unique(scenario))
                .directory(scripts)
                .environment("KAFKAJS_NO_PARTITIONER_WARNING", "1")
                .timeout(Duration.ofSeconds(120))
                .run()
                .assertSucceeded();
    }
}
