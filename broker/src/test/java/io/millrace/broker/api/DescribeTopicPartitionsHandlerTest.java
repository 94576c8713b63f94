package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribeTopicPartitionsHandlerTest {
    private TestCluster cluster;

    @BeforeEach
    void found(@TempDir Path directory) throws Exception {
        cluster = TestCluster.found(directory);
        cluster.create("b", 3);
        cluster.create("a", 2);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void pagesOfAnySizeAddUpToAllPartitionsInOrder() throws Exception {
        for (int limit = 1; limit <= 6; limit++) {
            List<String> seen = new ArrayList<>();
            Cursor cursor = null;
            do {
                DescribeTopicPartitionsResponseData page = ask(limit, cursor);
                page.topics()
                        .forEach(topic -> topic.partitions()
                                .forEach(partition -> seen.add(topic.name() + partition.partitionIndex())));
                cursor = page.nextCursor() == null
                        ? null
                        : new Cursor()
                                .setTopicName(page.nextCursor().topicName())
                                .setPartitionIndex(page.nextCursor().partitionIndex());
            } while (cursor != null);
            assertThat(seen).as("limit %d", limit).containsExactly("a0", "a1", "b0", "b1", "b2");
        }
    }

    @Test
    void aLimitBelowOneIsOne() throws Exception {
        assertThat(ask(0, null).topics().find("a").partitions()).hasSize(1);
        assertThat(ask(-7, null).topics().find("a").partitions()).hasSize(1);
    }

    @Test
    void unknownAndInvalidNamesAreSaidToBeThat() throws Exception {
        DescribeTopicPartitionsResponseData page = ask(10, null, "nope", "no spaces");
        assertThat(page.topics().find("nope").errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(page.topics().find("no spaces").errorCode()).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void aCursorMustBeOneOfTheTopicsAskedFor() {
        Cursor elsewhere = new Cursor().setTopicName("aa").setPartitionIndex(0);
        assertThatThrownBy(() -> ask(10, elsewhere, "a", "b")).isInstanceOf(InvalidRequestException.class);
        Cursor negative = new Cursor().setTopicName("a").setPartitionIndex(-1);
        assertThatThrownBy(() -> ask(10, negative, "a", "b")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aCursorBehindATopicsLastPartitionGoesOnWithTheNext() throws Exception {
        DescribeTopicPartitionsResponseData page =
                ask(10, new Cursor().setTopicName("a").setPartitionIndex(20), "a", "b");
        assertThat(page.topics().find("a").partitions()).isEmpty();
        assertThat(page.topics().find("b").partitions()).hasSize(3);
    }

    private DescribeTopicPartitionsResponseData ask(int limit, @Nullable Cursor cursor, String... topics)
            throws Exception {
        DescribeTopicPartitionsRequestData request = new DescribeTopicPartitionsRequestData()
                .setTopics(List.of(topics).stream()
                        .map(name -> new TopicRequest().setName(name))
                        .toList())
                .setResponsePartitionLimit(limit)
                .setCursor(cursor);
        return TestCluster.ask(
                new DescribeTopicPartitionsHandler(cluster.metadata, 2000),
                0,
                request,
                DescribeTopicPartitionsResponseData.class);
    }
}
