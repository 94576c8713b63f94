package io.millrace.compat.crash;

import static io.millrace.compat.JavaClients.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import io.millrace.compat.Seed;
import io.millrace.compat.StartedBroker;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class CrashIT {
    private static final int PARTITIONS = 4;
    private static final int ROUNDS =
            Integer.getInteger("compat.crash.rounds", BrokerUnderTest.isApacheKafka() ? 10 : 100);
    private static final long BUDGET_NANOS = TimeUnit.SECONDS.toNanos(Integer.getInteger("compat.crash.seconds", 280));

    private final Random random = Seed.printed("CrashIT");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyAcknowledgedRecordIsThereOnceInOrderAfterEachKill() {
        var broker = StartedBroker.start("CrashIT", Map.of("group.initial.rebalance.delay.ms", "0"));
        var clients = new JavaClients(broker.bootstrap());
        var topic = clients.topic("crash", PARTITIONS, Map.of("segment.bytes", "1048576"));
        var group = BrokerUnderTest.unique("crash");
        var audit = new Audit(clients, topic, PARTITIONS);
        long end = System.nanoTime() + BUDGET_NANOS;
        int rounds = 0;
        try (var load = new Load(clients, topic, PARTITIONS, group)) {
            load.start(random);
            for (; rounds < ROUNDS && System.nanoTime() < end; rounds++) {
                killOnce(broker);
                broker.startAgain();
                audit.readOn(load.acknowledged());
                assertCommitsStand(clients, topic, group, load.committed());
                assertThat(load.failures()).isEmpty();
            }
            load.finish();
            audit.readOn(load.acknowledged());
            audit.assertNothingChanged();
            assertThat(load.failures()).isEmpty();
        } finally {
            broker.abandon();
        }
        System.out.println("CrashIT: " + rounds + " kills, " + audit.recordsSeen() + " records, all accounted for");
        assertThat(rounds).as("kills within the time").isEqualTo(ROUNDS);
        broker.close();
    }

    /** At a random moment under load; now and then once more while the broker is still coming up. */
    private void killOnce(StartedBroker broker) {
        pause(random.nextInt(600));
        broker.kill();
        if (random.nextInt(5) == 0) {
            broker.launch();
            pause(random.nextInt(300));
            broker.kill();
        }
    }

    private static void pause(int ms) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private static void assertCommitsStand(
            JavaClients clients, String topic, String group, Map<Integer, Long> promised) {
        try (var admin = clients.admin()) {
            var found = done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            promised.forEach((partition, offset) -> {
                var committed = found.get(new TopicPartition(topic, partition));
                assertThat(committed == null ? -1 : committed.offset())
                        .as("committed offset of partition %d", partition)
                        .isGreaterThanOrEqualTo(offset);
            });
        }
    }
}
