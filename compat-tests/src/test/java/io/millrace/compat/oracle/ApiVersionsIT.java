package io.millrace.compat.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.RawConnection;
import io.millrace.compat.ServedKeys;
import io.millrace.compat.StartedBroker;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is advertised: every key that is served, each at Apache Kafka's range of versions, and none beside. */
@TestInstance(Lifecycle.PER_CLASS)
final class ApiVersionsIT {
    private final StartedBroker oracle = StartedBroker.startOracle("oracle-versions", Map.of());
    private final StartedBroker broker = StartedBroker.start("versions", Map.of());

    @AfterAll
    void stopBoth() {
        oracle.close();
        broker.close();
    }

    static Stream<Short> versions() {
        return ApiKeys.API_VERSIONS.allVersions().stream();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void servedKeysHaveTheOraclesRanges(short version) throws IOException {
        var expected = ranges(ask(oracle, version, request("compat", "1.0")));
        var found = ranges(ask(broker, version, request("compat", "1.0")));
        assertThat(expected).containsAllEntriesOf(found);
        assertThat(found).containsKeys(ServedKeys.ALL.stream().map(k -> k.id).toArray(Short[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-start", "x!"})
    void clientSoftwareThatCannotBeIsRefused(String name) throws IOException {
        for (short version = 3; version <= ApiKeys.API_VERSIONS.latestVersion(); version++) {
            assertThat(ask(broker, version, request(name, "1.0")).errorCode())
                    .as("name, version %d", version)
                    .isEqualTo(ask(oracle, version, request(name, "1.0")).errorCode());
            assertThat(ask(broker, version, request("compat", name)).errorCode())
                    .as("version, version %d", version)
                    .isEqualTo(ask(oracle, version, request("compat", name)).errorCode());
        }
    }

    /** A client from the future is answered at version 0, and told what there is. */
    @Test
    void unknownVersionIsAnsweredAtVersionZero() throws IOException {
        for (var each : new StartedBroker[] {oracle, broker}) {
            try (var connection = new RawConnection(each.port())) {
                var frame = RawConnection.encode(ApiKeys.API_VERSIONS, (short) 3, request("compat", "1.0"), 77);
                frame.putShort(2, (short) 99);
                connection.sendFrame(frame);
                var body = connection.receive();
                assertThat(body.getInt()).isEqualTo(77);
                var answer = new ApiVersionsResponseData(new ByteBufferAccessor(body), (short) 0);
                assertThat(answer.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
                assertThat(ranges(answer))
                        .containsEntry(ApiKeys.API_VERSIONS.id, "0-" + ApiKeys.API_VERSIONS.latestVersion());
                assertThat(body.hasRemaining()).isFalse();
            }
        }
    }

    private static ApiVersionsRequestData request(String software, String version) {
        return new ApiVersionsRequestData().setClientSoftwareName(software).setClientSoftwareVersion(version);
    }

    private static ApiVersionsResponseData ask(StartedBroker broker, short version, ApiVersionsRequestData request)
            throws IOException {
        try (var connection = new RawConnection(broker.port())) {
            return (ApiVersionsResponseData) connection.send(ApiKeys.API_VERSIONS, version, request);
        }
    }

    private static Map<Short, String> ranges(ApiVersionsResponseData answer) {
        var ranges = new TreeMap<Short, String>();
        answer.apiKeys().forEach(k -> ranges.put(k.apiKey(), k.minVersion() + "-" + k.maxVersion()));
        return ranges;
    }
}
