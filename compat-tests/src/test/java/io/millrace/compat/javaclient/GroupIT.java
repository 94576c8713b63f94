package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.at;
import static io.millrace.compat.JavaClients.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of the classic protocol: assignment, members that join, leave and die, static members, commits. */
final class GroupIT {
    private static final int PARTITIONS = 6;

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.with(
            Map.of("group.min.session.timeout.ms", "1000", "group.max.session.timeout.ms", "60000"));

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    private static Map<String, Object> member(String group) {
        var config = new HashMap<String, Object>();
        config.put("group.id", group);
        config.put("session.timeout.ms", 4_000);
        config.put("heartbeat.interval.ms", 300);
        return config;
    }

    private static String topic() {
        var topic = clients().topic("group", PARTITIONS);
        try (var producer = clients().producer()) {
            for (int i = 0; i < 60; i++) {
                var _ = producer.send(new ProducerRecord<>(topic, i % PARTITIONS, "k" + i, "v" + i));
            }
        }
        return topic;
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                RangeAssignor.class,
                RoundRobinAssignor.class,
                StickyAssignor.class,
                CooperativeStickyAssignor.class
            })
    void partitionsAreShiftedAsMembersJoinAndLeave(Class<?> assignor) {
        var topic = topic();
        var config = member(BrokerUnderTest.unique(assignor.getSimpleName()));
        config.put("partition.assignment.strategy", List.of(assignor));
        try (var members = new GroupOfConsumers(clients(), config, topic)) {
            members.join();
            members.awaitAssignment(PARTITIONS);
            members.join();
            members.awaitAssignment(3, 3);
            members.join();
            members.awaitAssignment(2, 2, 2);
            members.leave(0);
            members.awaitAssignment(3, 3);
            members.leave(0);
            members.awaitAssignment(PARTITIONS);
            assertThat(members.recordsSeen()).hasSize(60);
        }
    }

    @Test
    void deadMembersPartitionsGoToTheOthersAfterItsSessionTimeout() {
        var topic = topic();
        try (var members = new GroupOfConsumers(clients(), member(BrokerUnderTest.unique("dies")), topic)) {
            members.join();
            members.join();
            members.awaitAssignment(3, 3);
            members.fallSilent(0);
            members.awaitAssignment(PARTITIONS);
        }
    }

    @Test
    void staticMemberKeepsItsPartitionsOverARestart() {
        var topic = topic();
        var group = BrokerUnderTest.unique("static");
        var one = member(group);
        one.put("group.instance.id", "one");
        var two = member(group);
        two.put("group.instance.id", "two");
        try (var members = new GroupOfConsumers(clients(), two, topic);
                var admin = clients().admin()) {
            members.join();
            members.join(one);
            members.awaitAssignment(3, 3);
            var before = members.assignment(1);
            int rebalances = members.rebalances(0);
            members.leave(1);
            members.join(one);
            members.awaitAssignment(3, 3);
            assertThat(members.assignment(1)).isEqualTo(before);
            assertThat(members.rebalances(0))
                    .as("the other member did not notice")
                    .isEqualTo(rebalances);
            var described = at(done(admin.describeConsumerGroups(List.of(group)).all()), group);
            assertThat(described.members())
                    .extracting(m -> m.groupInstanceId().orElseThrow())
                    .containsExactlyInAnyOrder("one", "two");
        }
    }

    @Test
    void secondBearerOfAnInstanceIdFencesTheFirst() {
        var topic = topic();
        var config = member(BrokerUnderTest.unique("fenced"));
        config.put("group.instance.id", "only");
        try (var first = clients().consumer(config);
                var second = clients().consumer(config)) {
            first.subscribe(List.of(topic));
            pollUntilAssigned(first);
            second.subscribe(List.of(topic));
            pollUntilAssigned(second);
            assertThatThrownBy(() -> pollFor(first, Duration.ofSeconds(10)))
                    .isInstanceOf(FencedInstanceIdException.class);
        }
    }

    @Test
    void commitOfAMemberThatWasPutOutFails() {
        var topic = topic();
        var config = member(BrokerUnderTest.unique("put-out"));
        config.put("max.poll.interval.ms", 1_000);
        config.put("session.timeout.ms", 1_000);
        try (var slow = clients().consumer(config)) {
            slow.subscribe(List.of(topic));
            pollUntilAssigned(slow);
            config.put("max.poll.interval.ms", 60_000);
            try (var other = clients().consumer(config)) {
                other.subscribe(List.of(topic));
                pollUntilAssigned(other);
                var offset = Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1));
                assertThatThrownBy(() -> slow.commitSync(offset)).isInstanceOf(CommitFailedException.class);
            }
        }
    }

    @Test
    void committedOffsetsComeBackWithMetadataAndEpoch() {
        var topic = topic();
        var partition = new TopicPartition(topic, 2);
        var group = BrokerUnderTest.unique("commits");
        try (var consumer = clients().consumer(member(group))) {
            consumer.assign(List.of(partition));
            consumer.commitSync(Map.of(
                    partition,
                    new OffsetAndMetadata(4, java.util.Optional.of(0), "where I was"),
                    new TopicPartition(topic, 0),
                    new OffsetAndMetadata(1)));
        }
        try (var consumer = clients().consumer(member(group))) {
            var committed = at(consumer.committed(java.util.Set.of(partition)), partition);
            assertThat(committed.offset()).isEqualTo(4);
            assertThat(committed.metadata()).isEqualTo("where I was");
            assertThat(committed.leaderEpoch()).hasValue(0);
            consumer.assign(List.of(partition, new TopicPartition(topic, 1)));
            assertThat(consumer.position(partition)).isEqualTo(4);
            assertThat(consumer.position(new TopicPartition(topic, 1))).isZero();
        }
    }

    @Test
    void nextMemberGoesOnWhereAutoCommitStood() {
        var topic = topic();
        var config = member(BrokerUnderTest.unique("auto-commit"));
        config.put("enable.auto.commit", true);
        try (var consumer = clients().consumer(config)) {
            consumer.subscribe(List.of(topic));
            JavaClients.poll(consumer, 60);
        }
        try (var producer = clients().producer()) {
            var _ = producer.send(new ProducerRecord<>(topic, 0, "k", "later"));
        }
        try (var consumer = clients().consumer(config)) {
            consumer.subscribe(List.of(topic));
            assertThat(JavaClients.poll(consumer, 1)).extracting(r -> r.value()).containsExactly("later");
        }
    }

    @Test
    void patternSubscriptionFindsTopicsThatAppear() {
        var stem = BrokerUnderTest.unique("pattern");
        var config = member(BrokerUnderTest.unique("by-pattern"));
        config.put("metadata.max.age.ms", 300);
        var first = clients().topic(stem + "-a", 1);
        try (var consumer = clients().consumer(config)) {
            consumer.subscribe(java.util.regex.Pattern.compile(stem + "-.*"));
            pollUntilAssigned(consumer);
            assertThat(consumer.assignment()).containsExactly(new TopicPartition(first, 0));
            clients().topic(stem + "-b", 2);
            var deadline = System.nanoTime() + JavaClients.LIMIT.toNanos();
            while (consumer.assignment().size() < 3 && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(50));
            }
            assertThat(consumer.assignment()).hasSize(3);
        }
    }

    @Test
    void impossibleMembershipsAreRefused() {
        var topic = topic();
        var group = BrokerUnderTest.unique("refused");
        try (var consumer = clients().consumer(member(group))) {
            consumer.subscribe(List.of(topic));
            pollUntilAssigned(consumer);
            var other = member(group);
            other.put("partition.assignment.strategy", List.of(RoundRobinAssignor.class));
            assertJoinFails(other, topic, InconsistentGroupProtocolException.class);
        }
        var tooShort = member(group);
        tooShort.put("session.timeout.ms", 500);
        assertJoinFails(tooShort, topic, InvalidSessionTimeoutException.class);
    }

    @Test
    void groupMetadataFollowsTheGeneration() {
        var topic = topic();
        try (var consumer = clients().consumer(member(BrokerUnderTest.unique("generation")))) {
            consumer.subscribe(List.of(topic));
            pollUntilAssigned(consumer);
            ConsumerGroupMetadata metadata = consumer.groupMetadata();
            assertThat(metadata.generationId()).isPositive();
            assertThat(metadata.memberId()).isNotEmpty();
            int generation = metadata.generationId();
            consumer.enforceRebalance();
            var deadline = System.nanoTime() + JavaClients.LIMIT.toNanos();
            while (consumer.groupMetadata().generationId() == generation && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(50));
            }
            assertThat(consumer.groupMetadata().generationId()).isEqualTo(generation + 1);
        }
    }

    private static void assertJoinFails(Map<String, Object> config, String topic, Class<? extends Throwable> failure) {
        try (var consumer = clients().consumer(config)) {
            assertThatThrownBy(() -> {
                        consumer.subscribe(List.of(topic));
                        pollFor(consumer, Duration.ofSeconds(10));
                    })
                    .isInstanceOf(failure);
        }
    }

    private static void pollUntilAssigned(KafkaConsumer<String, String> consumer) {
        long deadline = System.nanoTime() + JavaClients.LIMIT.toNanos();
        while (consumer.assignment().isEmpty() && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(50));
        }
        assertThat(consumer.assignment()).isNotEmpty();
    }

    private static void pollFor(KafkaConsumer<String, String> consumer, Duration time) {
        var seen = new ArrayList<>();
        for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() < end; ) {
            consumer.poll(Duration.ofMillis(50)).forEach(seen::add);
        }
    }
}
