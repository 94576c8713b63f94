package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.FETCH;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Fetch: offsets in and out of range, size limits, epochs, incremental sessions. */
final class FetchScenarios {
    private FetchScenarios() {}

    static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        all.addAll(single());
        all.addAll(limits());
        all.addAll(epochs());
        all.addAll(sessions());
        return all;
    }

    private static Scenario scenario(String name, Scenario.Play play) {
        return Scenario.of(FETCH, name, play);
    }

    /** A topic of one partition with three batches: offsets 0-2, 3-4 and 5-9. */
    private static String filled(Exchange e) throws IOException {
        var topic = e.topic("t", 2, Map.of());
        e.append(topic, 0, Batches.plain(3));
        e.append(topic, 0, Batches.compressed("lz4", 2));
        e.append(topic, 0, Batches.plain(5));
        return topic;
    }

    private static List<Scenario> single() {
        var all = new ArrayList<Scenario>();
        for (long offset : new long[] {0, 2, 4, 9, 10, 11, -1, -2, Long.MAX_VALUE}) {
            all.add(scenario("from offset " + offset, e -> {
                var topic = filled(e);
                e.send(request(e, topic, partition(0, offset)));
            }));
        }
        all.add(scenario("before the log's start", e -> {
            var topic = filled(e);
            deleteBefore(e, topic, 4);
            e.send(request(e, topic, partition(0, 3)));
            e.send(request(e, topic, partition(0, 4)));
        }));
        all.add(scenario("empty partition", e -> {
            var topic = filled(e);
            e.send(request(e, topic, partition(1, 0)));
        }));
        all.add(scenario("partition that is not there", e -> {
            var topic = filled(e);
            e.send(request(e, topic, partition(2, 0)));
            e.send(request(e, topic, partition(-1, 0)));
        }));
        all.add(scenario("topic that is not there", e -> e.send(request(e, e.name("none"), partition(0, 0)))));
        all.add(scenario("topic without name or id", e -> {
            e.send(base().setTopics(List.of(new FetchTopic().setPartitions(List.of(partition(0, 0))))));
        }));
        all.add(scenario("one partition twice", e -> {
            var topic = filled(e);
            e.send(request(e, topic, partition(0, 0), partition(0, 5)));
        }));
        all.add(scenario("several partitions, good and bad", e -> {
            var topic = filled(e);
            e.send(request(e, topic, partition(0, 5), partition(1, 0), partition(2, 0), partition(1, 9)));
        }));
        all.add(scenario("read committed", e -> {
            var topic = filled(e);
            e.send(request(e, topic, partition(0, 0)).setIsolationLevel((byte) 1));
        }));
        all.add(scenario("idempotent producer's batch", e -> {
            var topic = e.topic("t");
            e.append(topic, 0, Batches.idempotent(123_456, 0, 0, 2));
            e.send(request(e, topic, partition(0, 0)));
        }));
        all.add(scenario("append time", e -> {
            var topic = e.topic("t", 1, Map.of("message.timestamp.type", "LogAppendTime"));
            e.append(topic, 0, Batches.plain(3));
            e.append(topic, 0, Batches.compressed("zstd", 3));
            e.send(request(e, topic, partition(0, 0)));
        }));
        all.add(scenario("topic with a codec of its own", e -> {
            var topic = e.topic("t", 1, Map.of("compression.type", "gzip"));
            e.append(topic, 0, Batches.plain(1));
            e.append(topic, 0, Batches.compressed("gzip", 1));
            var answer = (FetchResponseData) e.ask(FETCH, latest(e, topic));
            e.note(
                    "records",
                    answer.responses().getFirst().partitions().getFirst().highWatermark());
        }));
        all.add(scenario("nothing asked", e -> e.send(base())));
        return all;
    }

    /** A fetch at the latest version, for preparations. */
    private static FetchRequestData latest(Exchange e, String topic) {
        return base().setTopics(
                        List.of(new FetchTopic().setTopicId(e.id(topic)).setPartitions(List.of(partition(0, 0)))));
    }

    private static void deleteBefore(Exchange e, String topic, long offset) throws IOException {
        var partition = new DeleteRecordsRequestData.DeleteRecordsPartition()
                .setPartitionIndex(0)
                .setOffset(offset);
        var data =
                new DeleteRecordsRequestData.DeleteRecordsTopic().setName(topic).setPartitions(List.of(partition));
        e.ask(
                ApiKeys.DELETE_RECORDS,
                new DeleteRecordsRequestData().setTopics(List.of(data)).setTimeoutMs(30_000));
    }

    private static List<Scenario> limits() {
        return List.of(
                scenario("partition limit within a batch", e -> {
                    var topic = filled(e);
                    e.send(request(e, topic, partition(0, 0).setPartitionMaxBytes(50)));
                    e.send(request(e, topic, partition(0, 0).setPartitionMaxBytes(150)));
                }),
                scenario("limit of none", e -> {
                    var topic = filled(e);
                    e.send(request(e, topic, partition(0, 0).setPartitionMaxBytes(0)));
                    e.send(request(e, topic, partition(0, 0)).setMaxBytes(0));
                }),
                scenario("negative limits", e -> {
                    var topic = filled(e);
                    e.send(request(e, topic, partition(0, 0).setPartitionMaxBytes(-1)));
                    e.send(request(e, topic, partition(0, 0)).setMaxBytes(-1));
                }),
                scenario("limit over partitions", e -> {
                    var topic = filled(e);
                    e.append(topic, 1, Batches.plain(4));
                    e.send(request(e, topic, partition(0, 0), partition(1, 0)).setMaxBytes(60));
                    e.send(request(e, topic, partition(1, 0), partition(0, 0)).setMaxBytes(300));
                }),
                scenario("too little for the minimum, wait over", e -> {
                    var topic = filled(e);
                    e.send(request(e, topic, partition(0, 5))
                            .setMinBytes(1_000_000)
                            .setMaxWaitMs(20));
                }),
                scenario("nothing new beside an error", e -> {
                    var topic = filled(e);
                    e.send(request(e, topic, partition(0, 10), partition(9, 0))
                            .setMinBytes(1)
                            .setMaxWaitMs(50));
                }));
    }

    private static List<Scenario> epochs() {
        return List.of(
                scenario("leader epoch as it is", e -> {
                            var topic = filled(e);
                            e.send(request(e, topic, partition(0, 0).setCurrentLeaderEpoch(0)));
                        })
                        .since(9),
                scenario("leader epoch ahead", e -> {
                            var topic = filled(e);
                            e.send(request(e, topic, partition(0, 0).setCurrentLeaderEpoch(3)));
                        })
                        .since(9),
                scenario("last fetched epoch as it is", e -> {
                            var topic = filled(e);
                            e.send(request(e, topic, partition(0, 5).setLastFetchedEpoch(0)));
                        })
                        .since(12),
                scenario("last fetched epoch that never was", e -> {
                            var topic = filled(e);
                            e.send(request(e, topic, partition(0, 5).setLastFetchedEpoch(4)));
                        })
                        .since(12),
                scenario("last fetched epoch behind the end", e -> {
                            var topic = filled(e);
                            e.send(request(e, topic, partition(0, 15).setLastFetchedEpoch(0)));
                        })
                        .since(12));
    }

    private static List<Scenario> sessions() {
        return List.of(
                scenario("session: full, then only what is new", e -> {
                            var topic = filled(e);
                            int id = open(e, topic);
                            e.send(incremental(id, 1));
                            e.append(topic, 1, Batches.plain(2));
                            e.send(incremental(id, 2));
                            e.send(incremental(id, 3).setTopics(topics(e, topic, partition(1, 2))));
                        })
                        .since(7),
                scenario("session: partition forgotten", e -> {
                            var topic = filled(e);
                            int id = open(e, topic);
                            e.send(incremental(id, 1).setForgottenTopicsData(List.of(forgotten(e, topic))));
                            e.append(topic, 1, Batches.plain(2));
                            e.send(incremental(id, 2));
                        })
                        .since(7),
                scenario("session: wrong epoch", e -> {
                            var topic = filled(e);
                            int id = open(e, topic);
                            e.send(incremental(id, 5));
                            e.send(incremental(id, 1));
                        })
                        .since(7),
                scenario("session: not there", e -> e.send(incremental(123_456, 1)))
                        .since(7),
                scenario("session: closed", e -> {
                            var topic = filled(e);
                            int id = open(e, topic);
                            e.send(incremental(id, -1));
                            e.send(incremental(id, 1));
                        })
                        .since(7),
                scenario("session: errors come again", e -> {
                            var topic = filled(e);
                            var opened = request(e, topic, partition(0, 0), partition(5, 0))
                                    .setSessionEpoch(0);
                            int id = ((FetchResponseData) e.send(opened)).sessionId();
                            e.send(incremental(id, 1));
                            e.send(incremental(id, 2));
                        })
                        .since(7),
                scenario("session: opened without partitions", e -> {
                            e.send(base().setSessionEpoch(0));
                        })
                        .since(7));
    }

    private static int open(Exchange e, String topic) throws IOException {
        var request = request(e, topic, partition(0, 10), partition(1, 0)).setSessionEpoch(0);
        return ((FetchResponseData) e.send(request)).sessionId();
    }

    private static FetchRequestData incremental(int session, int epoch) {
        return base().setSessionId(session).setSessionEpoch(epoch);
    }

    private static ForgottenTopic forgotten(Exchange e, String topic) {
        var forgotten = new ForgottenTopic().setPartitions(List.of(1));
        return e.atLeast(13) ? forgotten.setTopicId(e.id(topic)) : forgotten.setTopic(topic);
    }

    private static FetchRequestData request(Exchange e, String topic, FetchPartition... partitions) {
        return base().setTopics(topics(e, topic, partitions));
    }

    private static List<FetchTopic> topics(Exchange e, String topic, FetchPartition... partitions) {
        var data = new FetchTopic().setPartitions(List.of(partitions));
        if (e.atLeast(13)) {
            data.setTopicId(e.knows(topic) ? e.id(topic) : new Uuid(7, 7));
        } else {
            data.setTopic(topic);
        }
        return List.of(data);
    }

    private static FetchRequestData base() {
        return new FetchRequestData().setMaxWaitMs(0).setMinBytes(0).setSessionEpoch(-1);
    }

    private static FetchPartition partition(int index, long offset) {
        return new FetchPartition().setPartition(index).setFetchOffset(offset).setPartitionMaxBytes(1_000_000);
    }
}
