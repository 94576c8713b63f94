package io.millrace.compat.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.JavaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The members of one group, all polled in turn by the test's thread. */
final class GroupOfConsumers implements AutoCloseable {
    private final JavaClients clients;
    private final Map<String, Object> config;
    private final String topic;
    private final List<Member> members = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    GroupOfConsumers(JavaClients clients, Map<String, Object> config, String topic) {
        this.clients = clients;
        this.config = config;
        this.topic = topic;
    }

    private static final class Member implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, String> consumer;
        private int rebalances;

        Member(KafkaConsumer<String, String> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            rebalances++;
        }
    }

    void join() {
        join(config);
    }

    void join(Map<String, Object> ownConfig) {
        var member = new Member(clients.consumer(ownConfig));
        member.consumer.subscribe(List.of(topic), member);
        members.add(member);
    }

    /** Closes the member: a dynamic one says that it leaves, a static one does not. */
    void leave(int index) {
        members.remove(index).consumer.close();
    }

    /** A member that no longer polls nor sends heartbeats, as after a crash of its machine. */
    void fallSilent(int index) {
        var member = members.remove(index);
        member.consumer.close(org.apache.kafka.clients.consumer.CloseOptions.groupMembershipOperation(
                org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
    }

    Set<TopicPartition> assignment(int index) {
        return Set.copyOf(members.get(index).consumer.assignment());
    }

    int rebalances(int index) {
        return members.get(index).rebalances;
    }

    Set<String> recordsSeen() {
        return seen;
    }

    /** Polls all members until they hold these many partitions, every partition once. */
    void awaitAssignment(int... sizes) {
        var wanted = Arrays.stream(sizes).sorted().toArray();
        long deadline = System.nanoTime() + JavaClients.LIMIT.toNanos();
        while (!Arrays.equals(sizes(), wanted) || overlap()) {
            assertThat(System.nanoTime())
                    .as("time to reach %s, now %s", Arrays.toString(wanted), Arrays.toString(sizes()))
                    .isLessThan(deadline);
            pollAll();
        }
    }

    private void pollAll() {
        for (var member : members) {
            member.consumer.poll(Duration.ofMillis(20)).forEach(r -> seen.add(r.key()));
        }
    }

    private int[] sizes() {
        return members.stream()
                .mapToInt(m -> m.consumer.assignment().size())
                .sorted()
                .toArray();
    }

    private boolean overlap() {
        var owners = new HashMap<TopicPartition, Member>();
        return members.stream().anyMatch(m -> m.consumer.assignment().stream().anyMatch(p -> owners.put(p, m) != null));
    }

    @Override
    public void close() {
        members.forEach(
                m -> m.consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5))));
    }
}
