package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ApiRegistry.VersionRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiVersionsHandlerTest {
    private RecordWorld world;
    private ApiVersionsHandler handler;
    private List<ApiHandler<?>> others;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        world = new RecordWorld(directory);
        others = RecordApis.handlers(0, world.cluster.metadata, world.replicas, 50 << 20, 10);
        handler = new ApiVersionsHandler(0, others, world.cluster.metadata::image);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void whatIsServedIsAdvertisedAsKafkaAdvertisesIt() throws Exception {
        var kafka = ApiVersionsResponse.brokerApiVersions(ListenerType.BROKER, false, true);

        ApiVersionsResponseData response = ask(5, named());

        assertThat(response.apiKeys()).hasSize(others.size() + 1);
        for (ApiVersion ours : response.apiKeys()) {
            assertThat(ours).isEqualTo(kafka.find(ours.apiKey()));
        }
    }

    @Test
    void whatIsAdvertisedIsServed() throws Exception {
        List<ApiHandler<?>> all = new ArrayList<>(others);
        all.add(handler);
        RequestDispatcher dispatcher = new RequestDispatcher(all);

        for (ApiVersion advertised : ask(5, named()).apiKeys()) {
            VersionRange range = Objects.requireNonNull(dispatcher.registry().range(advertised.apiKey()));
            assertThat(advertised.maxVersion()).isEqualTo(range.latest());
            if (range.key() != ApiKeys.PRODUCE) {
                assertThat(advertised.minVersion()).isEqualTo(range.oldest());
            }
        }
    }

    @Test
    void newerVersionsAreAnsweredWithOurRange() throws Exception {
        ApiVersionsResponseData response = ask(6, new ApiVersionsRequestData());

        assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(response.apiKeys()).containsExactly(new ApiVersion()
                .setApiKey(ApiKeys.API_VERSIONS.id)
                .setMinVersion((short) 0)
                .setMaxVersion((short) 5));
    }

    @Test
    void namesOfClientsHaveAForm() throws Exception {
        for (String name : new String[] {"", "-a", "a b", "a-", "ä"}) {
            assertThat(error(ask(3, named().setClientSoftwareName(name)))).isEqualTo(Errors.INVALID_REQUEST);
            assertThat(error(ask(3, named().setClientSoftwareVersion(name)))).isEqualTo(Errors.INVALID_REQUEST);
        }
        assertThat(error(ask(2, new ApiVersionsRequestData()))).isEqualTo(Errors.NONE);
    }

    @Test
    void aClientThatExpectsAnotherBrokerIsSentAway() throws Exception {
        String cluster = world.cluster.clusterId.toString();

        assertThat(error(ask(5, named().setClusterId(cluster).setNodeId(0)))).isEqualTo(Errors.NONE);
        assertThat(error(ask(5, named().setClusterId(cluster).setNodeId(1)))).isEqualTo(Errors.REBOOTSTRAP_REQUIRED);
        assertThat(error(ask(5, named().setClusterId("x").setNodeId(0)))).isEqualTo(Errors.REBOOTSTRAP_REQUIRED);
        assertThat(error(ask(5, named().setNodeId(0)))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(error(ask(5, named().setClusterId(cluster)))).isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void ourFeatureLevelIsFinalized() throws Exception {
        ApiVersionsResponseData response = ask(4, named());

        assertThat(response.finalizedFeaturesEpoch()).isPositive();
        assertThat(Objects.requireNonNull(response.finalizedFeatures().find(ApiVersionsHandler.FEATURE))
                        .maxVersionLevel())
                .isEqualTo((short) world.cluster.metadata.image().featureLevel());
        assertThat(response.supportedFeatures().find(ApiVersionsHandler.FEATURE)).isNotNull();
    }

    private static ApiVersionsRequestData named() {
        return new ApiVersionsRequestData().setClientSoftwareName("test").setClientSoftwareVersion("1.0");
    }

    private static Errors error(ApiVersionsResponseData response) {
        return Errors.forCode(response.errorCode());
    }

    private ApiVersionsResponseData ask(int version, ApiVersionsRequestData request) throws Exception {
        return world.ask(handler, version, request, ApiVersionsResponseData.class);
    }
}
