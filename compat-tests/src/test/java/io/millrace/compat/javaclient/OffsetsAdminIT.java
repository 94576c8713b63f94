package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.at;
import static io.millrace.compat.JavaClients.done;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the admin client asks and changes of offsets and groups. */
final class OffsetsAdminIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    @Test
    void offsetsAreListedByEverySpecification() throws Exception {
        var partition = new TopicPartition(clients().topic("specs", 1), 0);
        try (var admin = clients().admin();
                var producer = clients().producer()) {
            long[] times = {1000, 5000, 3000, 2000};
            for (long time : times) {
                producer.send(new ProducerRecord<>(partition.topic(), 0, time, "k", "v"))
                        .get(30, SECONDS);
            }
            assertOffset(admin, partition, OffsetSpec.earliest(), 0, -1);
            assertOffset(admin, partition, OffsetSpec.latest(), 4, -1);
            assertOffset(admin, partition, OffsetSpec.forTimestamp(1500), 1, 5000);
            assertOffset(admin, partition, OffsetSpec.forTimestamp(5001), -1, -1);
            assertOffset(admin, partition, OffsetSpec.maxTimestamp(), 1, 5000);
            assertOffset(admin, partition, OffsetSpec.earliestLocal(), 0, -1);
            assertOffset(admin, partition, OffsetSpec.latestTiered(), -1, -1);
            done(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2)))
                    .all());
            assertOffset(admin, partition, OffsetSpec.earliest(), 2, -1);
            assertOffset(admin, partition, OffsetSpec.forTimestamp(0), 2, 3000);
        }
    }

    private static void assertOffset(
            Admin admin, TopicPartition partition, OffsetSpec spec, long offset, long timestamp) {
        var info = at(done(admin.listOffsets(Map.of(partition, spec)).all()), partition);
        assertThat(info.offset()).as("%s", spec).isEqualTo(offset);
        assertThat(info.timestamp()).as("%s", spec).isEqualTo(timestamp);
    }

    @Test
    void groupOffsetsAreListedAlteredAndDeleted() {
        var topic = clients().topic("altered", 2);
        var first = new TopicPartition(topic, 0);
        var second = new TopicPartition(topic, 1);
        var group = BrokerUnderTest.unique("altered");
        try (var admin = clients().admin()) {
            var offsets = Map.of(first, new OffsetAndMetadata(5, "five"), second, new OffsetAndMetadata(6));
            done(admin.alterConsumerGroupOffsets(group, offsets).all());
            assertThat(committed(admin, group)).isEqualTo(offsets);
            var several = Map.of(
                    group,
                    new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(first)),
                    "no-such-group",
                    new ListConsumerGroupOffsetsSpec());
            var listed = admin.listConsumerGroupOffsets(several);
            assertThat(done(listed.partitionsToOffsetAndMetadata(group))).containsOnlyKeys(first);
            assertThat(done(listed.partitionsToOffsetAndMetadata("no-such-group")))
                    .isEmpty();
            done(admin.deleteConsumerGroupOffsets(group, Set.of(first)).all());
            assertThat(committed(admin, group)).containsOnlyKeys(second);
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group) {
        return done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    @Test
    void groupsAreListedDescribedAndDeleted() {
        var topic = clients().topic("described", 2);
        var group = BrokerUnderTest.unique("described");
        var config = Map.<String, Object>of("group.id", group, "client.id", "describer");
        try (var admin = clients().admin()) {
            try (var consumer = clients().consumer(config)) {
                join(consumer, topic);
                consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)));
                var described =
                        at(done(admin.describeConsumerGroups(List.of(group)).all()), group);
                assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
                assertThat(described.partitionAssignor()).isEqualTo("range");
                assertThat(described.coordinator().id()).isZero();
                assertThat(described.members()).singleElement().satisfies(member -> {
                    assertThat(member.clientId()).isEqualTo("describer");
                    assertThat(member.host()).contains("127.0.0.1");
                    assertThat(member.assignment().topicPartitions()).hasSize(2);
                });
                assertListed(admin, group, GroupState.STABLE);
                assertFails(admin.deleteConsumerGroups(List.of(group)).all(), GroupNotEmptyException.class);
                var subscribed = Set.of(new TopicPartition(topic, 0));
                assertFails(
                        admin.deleteConsumerGroupOffsets(group, subscribed).all(),
                        GroupSubscribedToTopicException.class);
                assertFails(
                        admin.alterConsumerGroupOffsets(
                                        group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)))
                                .all(),
                        UnknownMemberIdException.class);
            }
            assertListed(admin, group, GroupState.EMPTY);
            done(admin.deleteConsumerGroups(List.of(group)).all());
            assertThat(committed(admin, group)).isEmpty();
            assertFails(admin.deleteConsumerGroups(List.of(group)).all(), GroupIdNotFoundException.class);
            assertFails(admin.describeConsumerGroups(List.of(group)).all(), GroupIdNotFoundException.class);
        }
    }

    @Test
    void memberIsRemovedByTheAdministrator() {
        var topic = clients().topic("removed", 1);
        var group = BrokerUnderTest.unique("removed");
        var config = Map.<String, Object>of("group.id", group, "group.instance.id", "static-1");
        try (var admin = clients().admin();
                var consumer = clients().consumer(config)) {
            join(consumer, topic);
            var members = List.of(new org.apache.kafka.clients.admin.MemberToRemove("static-1"));
            done(admin.removeMembersFromConsumerGroup(
                            group, new org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions(members))
                    .all());
            assertListed(admin, group, GroupState.EMPTY);
        }
    }

    private static void assertListed(Admin admin, String group, GroupState state) {
        var options = ListGroupsOptions.forConsumerGroups().inGroupStates(Set.of(state));
        Awaitility.await()
                .untilAsserted(() -> assertThat(done(admin.listGroups(options).all()))
                        .anySatisfy(g -> assertThat(g.groupId()).isEqualTo(group)));
    }

    private static void join(KafkaConsumer<String, String> consumer, String topic) {
        consumer.subscribe(List.of(topic));
        Awaitility.await().until(() -> {
            consumer.poll(java.time.Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
    }

    private static void assertFails(KafkaFuture<?> future, Class<? extends Throwable> failure) {
        assertThatThrownBy(() -> done(future)).isInstanceOf(failure);
    }
}
