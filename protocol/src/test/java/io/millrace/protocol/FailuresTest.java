package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void kafkasExceptionsHaveTheirCode() {
        assertThat(Failures.error(new NotLeaderOrFollowerException("x"))).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void wrappersOfFuturesAreTakenOff() {
        Throwable wrapped = new CompletionException(new ExecutionException(new NotLeaderOrFollowerException("inside")));

        assertThat(Failures.error(wrapped)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
        assertThat(Failures.cause(wrapped)).hasMessage("inside");
    }

    @Test
    void failuresOfTheDiskAreStorageErrors() {
        assertThat(Failures.error(new IOException("disk"))).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(Failures.error(new UncheckedIOException(new IOException("disk"))))
                .isEqualTo(Errors.KAFKA_STORAGE_ERROR);
    }

    @Test
    void theRestIsUnknown() {
        assertThat(Failures.error(new IllegalStateException("bug"))).isEqualTo(Errors.UNKNOWN_SERVER_ERROR);
    }

    @Test
    void theResponseSaysTheErrorOfEverythingAskedFor() {
        DeleteTopicsRequestData request = new DeleteTopicsRequestData().setTopicNames(List.of("a", "b"));

        ApiMessage response =
                Failures.response(ApiKeys.DELETE_TOPICS, (short) 5, request, new NotLeaderOrFollowerException("x"));

        assertThat(((DeleteTopicsResponseData) Objects.requireNonNull(response)).responses())
                .extracting(DeleteTopicsResponseData.DeletableTopicResult::name)
                .containsExactly("a", "b");
        assertThat(((DeleteTopicsResponseData) Objects.requireNonNull(response)).responses())
                .allSatisfy(result ->
                        assertThat(Errors.forCode(result.errorCode())).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER));
    }

    @Test
    void aProduceIsAnsweredWithoutItsRecords() {
        ProduceRequestData request = new ProduceRequestData().setAcks((short) 1);
        TopicProduceData topic = new TopicProduceData().setName("t");
        topic.partitionData().add(new PartitionProduceData().setIndex(4));
        request.topicData().add(topic);

        ApiMessage response = Failures.response(ApiKeys.PRODUCE, (short) 9, request, new IOException("disk"));

        var answered = ((ProduceResponseData) Objects.requireNonNull(response))
                .responses()
                .iterator()
                .next();
        assertThat(answered.partitionResponses().getFirst().index()).isEqualTo(4);
        assertThat(answered.partitionResponses().getFirst().errorCode()).isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
    }

    @Test
    void everyKeyAndVersionCanBeAnsweredWithAFailure() {
        Random random = new Random(7);
        RandomRequests requests = new RandomRequests(random);
        for (ApiKeys key : ApiKeys.brokerApis()) {
            if (key == ApiKeys.API_VERSIONS) {
                continue;
            }
            for (short version : key.allVersions()) {
                RequestDecoder decoder = new RequestDecoder(
                        new ApiRegistry(List.of(ApiRegistry.VersionRange.of(key, version, version))));
                ApiRequest request = decoder.decode(requests.frame(key, version));
                ApiMessage response = Failures.response(key, version, request.body(), new IllegalStateException("bug"));
                if (response != null) {
                    assertThat(new ResponseFrame(request.header(), response).totalSize())
                            .as("%s %s", key, version)
                            .isGreaterThan(4);
                }
            }
        }
    }
}
