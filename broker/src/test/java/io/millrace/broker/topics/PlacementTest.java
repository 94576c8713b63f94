package io.millrace.broker.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.metadata.BrokerRegistration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementTest {
    @Test
    void oneBrokerTakesEverything() {
        assertThat(Placement.over(List.of(broker(4, null))).place(3, 1, 77))
                .containsExactly(List.of(4), List.of(4), List.of(4));
    }

    @Test
    void fencedBrokersGetNothing() {
        BrokerRegistration fenced = new BrokerRegistration(1, Uuid.ONE_UUID, 0, List.of(), null, true);
        Placement placement = Placement.over(List.of(broker(0, null), fenced));
        assertThat(placement.brokers()).isEqualTo(1);
        assertThat(placement.place(2, 1, 0)).containsExactly(List.of(0), List.of(0));
    }

    @Test
    void moreReplicasThanBrokersIsTheCallersMistake() {
        Placement placement = Placement.over(List.of(broker(0, null)));
        assertThatThrownBy(() -> placement.place(1, 2, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leadersGoRoundFromTheStart() {
        Placement placement = Placement.over(List.of(broker(0, null), broker(1, null), broker(2, null)));
        assertThat(placement.place(4, 1, 1)).containsExactly(List.of(1), List.of(2), List.of(0), List.of(1));
    }

    @Test
    void followersOfOneLeaderDiffer() {
        Placement placement =
                Placement.over(List.of(broker(0, null), broker(1, null), broker(2, null), broker(3, null)));
        Set<Integer> followersOfBroker0 = new HashSet<>();
        placement.place(12, 2, 0).stream()
                .filter(replicas -> replicas.getFirst() == 0)
                .forEach(replicas -> followersOfBroker0.add(replicas.get(1)));
        assertThat(followersOfBroker0).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void replicasAreDistinctAndSpreadOverRacksWhateverTheCluster() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<BrokerRegistration> brokers = randomBrokers(random);
            int factor = 1 + random.nextInt(brokers.size());
            List<List<Integer>> assignment =
                    Placement.over(brokers).place(1 + random.nextInt(40), factor, random.nextInt(1000));
            assertThat(assignment).as("seed %d round %d", seed, round).allSatisfy(replicas -> {
                assertThat(replicas).hasSize(factor).doesNotHaveDuplicates();
                assertThat(racks(brokers, replicas))
                        .hasSize(Math.min(factor, racks(brokers, ids(brokers)).size()));
            });
        }
    }

    @Test
    void leadersAreBalanced() {
        List<BrokerRegistration> brokers = List.of(broker(0, "a"), broker(1, "a"), broker(2, "b"), broker(3, "c"));
        Map<Integer, Integer> led = new HashMap<>();
        Placement.over(brokers).place(40, 3, 5).forEach(replicas -> led.merge(replicas.getFirst(), 1, Integer::sum));
        assertThat(led.values()).containsOnly(10);
    }

    private static List<BrokerRegistration> randomBrokers(Random random) {
        List<BrokerRegistration> brokers = new ArrayList<>();
        int racks = 1 + random.nextInt(4);
        for (int id = 0; id <= random.nextInt(9); id++) {
            brokers.add(broker(id, "r" + random.nextInt(racks)));
        }
        return brokers;
    }

    private static List<Integer> ids(List<BrokerRegistration> brokers) {
        return brokers.stream().map(BrokerRegistration::id).toList();
    }

    private static Set<String> racks(List<BrokerRegistration> brokers, List<Integer> ids) {
        Set<String> racks = new HashSet<>();
        brokers.stream()
                .filter(broker -> ids.contains(broker.id()))
                .forEach(broker -> racks.add(String.valueOf(broker.rack())));
        return racks;
    }

    private static BrokerRegistration broker(int id, @Nullable String rack) {
        return new BrokerRegistration(id, Uuid.ONE_UUID, 0, List.of(), rack, false);
    }
}
