package io.millrace.compat.oldjava;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.Checkout;
import io.millrace.compat.ForkedCommand;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache Kafka 4 admits clients from 2.1 on, and so does Millrace. */
final class OldJavaIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    @ParameterizedTest
    @ValueSource(strings = {"old-client-2.1", "old-client-3.9"})
    void oldClientDoesItsWork(String client) {
        var classpath = Checkout.moduleTarget().resolve("test-classes") + ":" + Checkout.classpath(client);
        var result = ForkedCommand.of(
                        Checkout.java(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classpath,
                        OldClientProgram.class.getName(),
                        BROKER.bootstrap(),
                        BrokerUnderTest.unique(client))
                .timeout(Duration.ofSeconds(150))
                .run()
                .assertSucceeded();
        assertThat(result.lines())
                .as(result::describe)
                .containsExactly(
                        "listed true",
                        "nodes 1",
                        "produced",
                        "read 150",
                        "beginning 0",
                        "end 150",
                        "by time 10000",
                        "assigned 1 1",
                        "committed 84",
                        "members left 0",
                        "retention -1",
                        "done");
    }
}
