package io.millrace.compat.python;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.Checkout;
import io.millrace.compat.ForkedCommand;
import io.millrace.compat.Prerequisite;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts under src/test/python check for themselves; a scenario is right when its script exits with 0. */
final class PythonIT {
    /** Debian's own, as it is the one that Debian's packages install for. */
    private static final String PYTHON = "/usr/bin/python3";

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    @ParameterizedTest
    @ValueSource(strings = {
        "produce_every_compression",
        "produce_every_acks",
        "headers_keys_tombstones",
        "consume_from_both_ends_and_by_time",
        "group_rebalances",
        "commits_come_back",
        "admin",
        "errors"
    })
    void kafkaPython(String scenario) {
        Prerequisite.probe("python3-kafka", PYTHON, "-c", "import kafka");
        run("kafka_python.py", scenario);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "produce_every_compression",
        "produce_every_acks",
        "headers_keys_tombstones",
        "consume_from_both_ends_and_by_time",
        "group_rebalances",
        "commits_come_back",
        "admin",
        "errors"
    })
    void confluentKafka(String scenario) {
        Prerequisite.probe("python3-confluent-kafka", PYTHON, "-c", "import confluent_kafka");
        run("confluent_kafka_python.py", scenario);
    }

    private static void run(String script, String scenario) {
        ForkedCommand.of(
                        PYTHON,
                        Checkout.module().resolve("src/test/python").resolve(script).toString(),
                        BROKER.bootstrap(),
                        scenario,
                        BrokerUnderTest.unique(scenario))
                .environment("PYTHONDONTWRITEBYTECODE", "1")
                .timeout(Duration.ofSeconds(120))
                .run()
                .assertSucceeded();
    }
}
