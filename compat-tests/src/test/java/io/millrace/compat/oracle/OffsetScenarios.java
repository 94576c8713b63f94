package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.DELETE_RECORDS;
import static org.apache.kafka.common.protocol.ApiKeys.LIST_OFFSETS;
import static org.apache.kafka.common.protocol.ApiKeys.OFFSET_FOR_LEADER_EPOCH;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;

/** Positions in a log: ListOffsets, OffsetForLeaderEpoch, DeleteRecords. */
final class OffsetScenarios {
    private OffsetScenarios() {}

    static List<Scenario> all() {
        return Stream.of(timestamps().stream(), listing().stream(), epochs().stream(), deletions().stream())
                .flatMap(s -> s)
                .toList();
    }

    /** Offsets 0-2 at 1000, 2000, 3000; 3 at 9000; 4 at 5000. */
    private static String filled(Exchange e) throws IOException {
        var topic = e.topic("t", 2, Map.of());
        e.append(topic, 0, Batches.plain(3));
        e.append(topic, 0, Batches.at(9000));
        e.append(topic, 0, Batches.at(5000));
        return topic;
    }

    private static List<Scenario> timestamps() {
        var all = new ArrayList<Scenario>();
        for (long timestamp : new long[] {-1, -2, -3, -4, -5, -6, -7, -100, 0, 1000, 1500, 5000, 9000, 9001}) {
            all.add(Scenario.of(LIST_OFFSETS, "timestamp " + timestamp, e -> {
                var topic = filled(e);
                e.send(offsets(topic, at(0, timestamp), at(1, timestamp)));
            }));
        }
        return all;
    }

    private static List<Scenario> listing() {
        return List.of(
                Scenario.of(LIST_OFFSETS, "compressed batch, time within it", e -> {
                    var topic = e.topic("t");
                    e.append(topic, 0, Batches.compressed("zstd", 10));
                    e.send(offsets(topic, at(0, 4500)));
                    e.send(offsets(topic, at(0, 10_000)));
                }),
                Scenario.of(LIST_OFFSETS, "after records were deleted", e -> {
                    var topic = filled(e);
                    e.ask(DELETE_RECORDS, deletion(topic, before(0, 2)));
                    e.send(offsets(topic, at(0, -2)));
                    e.send(offsets(topic, at(0, 0)));
                }),
                Scenario.of(LIST_OFFSETS, "read committed", e -> {
                            var topic = filled(e);
                            e.send(offsets(topic, at(0, -1)).setIsolationLevel((byte) 1));
                            e.send(offsets(topic, at(0, 2500)).setIsolationLevel((byte) 1));
                        })
                        .since(2),
                Scenario.of(LIST_OFFSETS, "not there", e -> {
                    var topic = filled(e);
                    e.send(offsets(topic, at(0, -1), at(5, -1), at(-1, -1)));
                    e.send(offsets(e.name("none"), at(0, -1)));
                    e.send(offsets("a b", at(0, -1)));
                }),
                Scenario.of(LIST_OFFSETS, "one partition twice", e -> {
                    var topic = filled(e);
                    e.send(offsets(topic, at(0, -1), at(0, -2)));
                }),
                Scenario.of(LIST_OFFSETS, "leader epochs", e -> {
                            var topic = filled(e);
                            e.send(offsets(topic, at(0, -1).setCurrentLeaderEpoch(0)));
                            e.send(offsets(topic, at(0, -1).setCurrentLeaderEpoch(5)));
                        })
                        .since(4),
                Scenario.of(LIST_OFFSETS, "nothing asked", e -> e.send(new ListOffsetsRequestData().setReplicaId(-1))),
                Scenario.of(LIST_OFFSETS, "asked as a debugging consumer", e -> {
                    e.send(offsets(filled(e), at(0, -1)).setReplicaId(-2));
                }));
    }

    private static List<Scenario> epochs() {
        return List.of(
                Scenario.of(OFFSET_FOR_LEADER_EPOCH, "epochs that were and were not", e -> {
                    var topic = filled(e);
                    for (int epoch : new int[] {0, 1, -1, 100}) {
                        e.send(epochs(topic, epoch(0, -1, epoch)));
                    }
                }),
                Scenario.of(OFFSET_FOR_LEADER_EPOCH, "empty partition", e -> {
                    e.send(epochs(filled(e), epoch(1, -1, 0)));
                }),
                Scenario.of(OFFSET_FOR_LEADER_EPOCH, "current leader epoch", e -> {
                    var topic = filled(e);
                    e.send(epochs(topic, epoch(0, 0, 0)));
                    e.send(epochs(topic, epoch(0, 4, 0)));
                }),
                Scenario.of(OFFSET_FOR_LEADER_EPOCH, "not there", e -> {
                    e.send(epochs(filled(e), epoch(0, -1, 0), epoch(9, -1, 0)));
                    e.send(epochs(e.name("none"), epoch(0, -1, 0)));
                }));
    }

    private static List<Scenario> deletions() {
        var all = new ArrayList<Scenario>();
        for (long offset : new long[] {0, 1, 3, 5, 6, -1, -2}) {
            all.add(Scenario.of(DELETE_RECORDS, "before offset " + offset, e -> {
                var topic = filled(e);
                e.send(deletion(topic, before(0, offset)));
                e.show(LIST_OFFSETS, offsets(topic, at(0, -2)));
            }));
        }
        all.add(Scenario.of(DELETE_RECORDS, "backwards", e -> {
            var topic = filled(e);
            e.send(deletion(topic, before(0, 4)));
            e.send(deletion(topic, before(0, 2)));
        }));
        all.add(Scenario.of(DELETE_RECORDS, "not there", e -> {
            e.send(deletion(filled(e), before(0, 1), before(8, 1)));
            e.send(deletion(e.name("none"), before(0, 1)));
        }));
        all.add(Scenario.of(DELETE_RECORDS, "compacted topic", e -> {
            var topic = e.topic("c", 1, Map.of("cleanup.policy", "compact"));
            e.append(topic, 0, Batches.plain(3));
            e.send(deletion(topic, before(0, 1)));
        }));
        all.add(Scenario.of(DELETE_RECORDS, "internal topic", e -> {
            e.send(deletion("__consumer_offsets", before(0, 0)));
        }));
        all.add(Scenario.of(DELETE_RECORDS, "nothing asked", e -> e.send(new DeleteRecordsRequestData())));
        return all;
    }

    private static ListOffsetsRequestData offsets(String topic, ListOffsetsPartition... partitions) {
        var data = new ListOffsetsTopic().setName(topic).setPartitions(List.of(partitions));
        return new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(data));
    }

    private static ListOffsetsPartition at(int partition, long timestamp) {
        return new ListOffsetsPartition().setPartitionIndex(partition).setTimestamp(timestamp);
    }

    private static OffsetForLeaderEpochRequestData epochs(String topic, OffsetForLeaderPartition... partitions) {
        var request = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        request.topics().add(new OffsetForLeaderTopic().setTopic(topic).setPartitions(List.of(partitions)));
        return request;
    }

    private static OffsetForLeaderPartition epoch(int partition, int currentLeaderEpoch, int leaderEpoch) {
        return new OffsetForLeaderPartition()
                .setPartition(partition)
                .setCurrentLeaderEpoch(currentLeaderEpoch)
                .setLeaderEpoch(leaderEpoch);
    }

    private static DeleteRecordsRequestData deletion(String topic, DeleteRecordsPartition... partitions) {
        var data = new DeleteRecordsTopic().setName(topic).setPartitions(List.of(partitions));
        return new DeleteRecordsRequestData().setTopics(List.of(data)).setTimeoutMs(30_000);
    }

    private static DeleteRecordsPartition before(int partition, long offset) {
        return new DeleteRecordsPartition().setPartitionIndex(partition).setOffset(offset);
    }
}
