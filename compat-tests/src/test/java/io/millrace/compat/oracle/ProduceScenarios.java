package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.INIT_PRODUCER_ID;
import static org.apache.kafka.common.protocol.ApiKeys.PRODUCE;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Produce and InitProducerId: what is appended, what is refused and how, sequences and epochs. */
final class ProduceScenarios {
    private ProduceScenarios() {}

    static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        all.addAll(plain());
        all.addAll(refused());
        all.addAll(idempotent());
        all.addAll(producerIds());
        return all;
    }

    private static Scenario scenario(String name, Scenario.Play play) {
        return Scenario.of(PRODUCE, name, play);
    }

    private static List<Scenario> plain() {
        return List.of(
                scenario("two batches one after the other", e -> {
                    var topic = e.topic("t");
                    e.send(request(e, topic, 0, Batches.plain(3)));
                    e.send(request(e, topic, 0, Batches.plain(2)));
                }),
                scenario("leader only", e -> {
                    e.send(request(e, e.topic("t"), 0, Batches.plain(1)).setAcks((short) 1));
                }),
                scenario("several partitions, one of them not there", e -> {
                    var topic = e.topic("t", 2, Map.of());
                    var request = request(e, topic, 0, Batches.plain(1));
                    request.topicData()
                            .iterator()
                            .next()
                            .setPartitionData(List.of(
                                    data(0, Batches.plain(1)), data(1, Batches.plain(2)), data(2, Batches.plain(1))));
                    e.send(request);
                }),
                scenario("every compression", e -> {
                    var topic = e.topic("t");
                    for (var codec : List.of("gzip", "snappy", "lz4", "zstd")) {
                        e.send(request(e, topic, 0, Batches.compressed(codec, 5)));
                    }
                }),
                scenario("no topics", e -> e.send(new ProduceRequestData().setAcks((short) -1))),
                scenario("a batch and the start of another", e -> {
                    var joined = Batches.joined(Batches.plain(2), Batches.plain(2));
                    e.send(request(e, e.topic("t"), 0, Batches.truncated(joined, 10)));
                }));
    }

    private static List<Scenario> refused() {
        var one = Batches.plain(1);
        var three = Batches.plain(3);
        var damaged = new LinkedHashMap<String, MemoryRecords>();
        damaged.put("two batches in one", Batches.joined(one, one));
        damaged.put("no records", MemoryRecords.EMPTY);
        damaged.put("checksum wrong", Batches.withByte(one, Batches.CRC_OFFSET, 0x55));
        damaged.put("contents damaged", Batches.withByte(three, three.sizeInBytes() - 3, 0x55));
        damaged.put("magic 3", Batches.withByte(one, Batches.MAGIC_OFFSET, 3));
        damaged.put("magic negative", Batches.withByte(one, Batches.MAGIC_OFFSET, -1));
        damaged.put("message format 1", Batches.magic(1, 2));
        damaged.put("message format 0", Batches.magic(0, 2));
        damaged.put("count too high", Batches.withInt(three, Batches.COUNT_OFFSET, 4));
        damaged.put("count too low", Batches.withInt(three, Batches.COUNT_OFFSET, 2));
        damaged.put("count negative", Batches.withInt(three, Batches.COUNT_OFFSET, -1));
        damaged.put("count of none", Batches.withInt(three, Batches.COUNT_OFFSET, 0));
        damaged.put("last offset delta too high", Batches.withInt(three, Batches.LAST_OFFSET_DELTA_OFFSET, 5));
        damaged.put("last offset delta negative", Batches.withInt(three, Batches.LAST_OFFSET_DELTA_OFFSET, -1));
        damaged.put("length too short", Batches.withByte(one, Batches.LENGTH_OFFSET + 3, 10));
        damaged.put("length negative", Batches.withByte(one, Batches.LENGTH_OFFSET, 0x80));
        damaged.put("truncated", Batches.truncated(one, 1));
        damaged.put("unknown compression", Batches.withAttributes(one, 7));
        damaged.put("compressed in name only", Batches.withAttributes(one, 1));
        damaged.put("control batch", Batches.withAttributes(one, 0x20));
        damaged.put("says append time", Batches.withAttributes(one, 0x08));
        damaged.put("transactional without producer", Batches.withAttributes(one, 0x10));
        damaged.put("too large", Batches.ofValueSize(1_100_000));
        damaged.put("far in the future", Batches.at(Long.MAX_VALUE / 2));
        damaged.put("without time", Batches.at(-1));
        var perBatch = damaged.entrySet().stream()
                .map(d -> scenario("batch: " + d.getKey(), e -> e.send(request(e, e.topic("t"), 0, d.getValue()))));
        var others = Stream.of(
                scenario("acknowledgements of two", e -> {
                    e.send(request(e, e.topic("t"), 0, Batches.plain(1)).setAcks((short) 2));
                }),
                scenario("unknown topic", e -> e.send(request(e, e.name("none"), 0, Batches.plain(1)))),
                scenario("negative partition", e -> e.send(request(e, e.topic("t"), -1, Batches.plain(1)))),
                scenario("compacted topic, record without key", e -> {
                    var topic = e.topic("t", 1, Map.of("cleanup.policy", "compact"));
                    e.send(request(e, topic, 0, Batches.keyless()));
                }),
                scenario("too few in-sync replicas", e -> {
                    var topic = e.topic("t", 1, Map.of("min.insync.replicas", "2"));
                    e.send(request(e, topic, 0, Batches.plain(1)));
                    e.send(request(e, topic, 0, Batches.plain(1)).setAcks((short) 1));
                }),
                scenario("older than the topic allows", e -> {
                    var topic = e.topic("t", 1, Map.of("message.timestamp.before.max.ms", "1000"));
                    e.send(request(e, topic, 0, Batches.plain(1)));
                }),
                scenario("internal topic", e -> e.send(internal(e))).until(12));
        return Stream.concat(perBatch, others).toList();
    }

    private static ProduceRequestData internal(Exchange e) {
        return request(e, "__consumer_offsets", 0, Batches.plain(1));
    }

    private static List<Scenario> idempotent() {
        return List.of(
                scenario("sequence, duplicate, gap, and on", e -> {
                    var topic = e.topic("t");
                    long id = producerId(e);
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 0, 2)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 2, 3)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 0, 2)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 2, 3)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 6, 1)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 5, 1)));
                }),
                scenario("duplicate of a part", e -> {
                    var topic = e.topic("t");
                    long id = producerId(e);
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 0, 5)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 1, 2)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 3, 4)));
                }),
                scenario("duplicates older than the last five", e -> {
                    var topic = e.topic("t");
                    long id = producerId(e);
                    for (int i = 0; i < 7; i++) {
                        e.send(request(e, topic, 0, Batches.idempotent(id, 0, i, 1)));
                    }
                    for (int i = 0; i < 7; i++) {
                        e.send(request(e, topic, 0, Batches.idempotent(id, 0, i, 1)));
                    }
                }),
                scenario("unknown producer that starts in the middle", e -> {
                    e.send(request(e, e.topic("t"), 0, Batches.idempotent(producerId(e), 0, 7, 1)));
                }),
                scenario("epochs up and down", e -> {
                    var topic = e.topic("t");
                    long id = producerId(e);
                    e.send(request(e, topic, 0, Batches.idempotent(id, 1, 0, 1)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 1, 1)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 2, 5, 1)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 2, 0, 1)));
                }),
                scenario("two batches of one producer in one request", e -> {
                    var topic = e.topic("t");
                    long id = producerId(e);
                    var both = Batches.joined(Batches.idempotent(id, 0, 0, 1), Batches.idempotent(id, 0, 1, 1));
                    e.send(request(e, topic, 0, both));
                }),
                scenario("sequence wraps around", e -> {
                    var topic = e.topic("t");
                    long id = producerId(e);
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, Integer.MAX_VALUE - 1, 1)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 0, 4)));
                    e.send(request(e, topic, 0, Batches.idempotent(id, 0, 4, 1)));
                }));
    }

    private static List<Scenario> producerIds() {
        return List.of(
                Scenario.of(INIT_PRODUCER_ID, "fresh", e -> {
                    e.send(new InitProducerIdRequestData().setTransactionalId(null));
                    e.send(new InitProducerIdRequestData().setTransactionalId(null));
                }),
                Scenario.of(INIT_PRODUCER_ID, "fresh with a time-out that means nothing", e -> {
                    e.send(new InitProducerIdRequestData()
                            .setTransactionalId(null)
                            .setTransactionTimeoutMs(-5));
                }),
                Scenario.of(INIT_PRODUCER_ID, "empty transactional id", e -> {
                    e.send(new InitProducerIdRequestData()
                            .setTransactionalId("")
                            .setTransactionTimeoutMs(60_000));
                }),
                Scenario.of(INIT_PRODUCER_ID, "with an id of before", e -> {
                            e.send(new InitProducerIdRequestData()
                                    .setTransactionalId(null)
                                    .setProducerId(producerId(e))
                                    .setProducerEpoch((short) 0));
                        })
                        .since(3),
                Scenario.of(INIT_PRODUCER_ID, "an id without an epoch", e -> {
                            e.send(new InitProducerIdRequestData()
                                    .setTransactionalId(null)
                                    .setProducerId(5));
                        })
                        .since(3),
                Scenario.of(INIT_PRODUCER_ID, "an epoch without an id", e -> {
                            e.send(new InitProducerIdRequestData()
                                    .setTransactionalId(null)
                                    .setProducerEpoch((short) 5));
                        })
                        .since(3));
    }

    private static long producerId(Exchange e) throws IOException {
        return e.askUntil(
                        INIT_PRODUCER_ID,
                        new InitProducerIdRequestData().setTransactionalId(null),
                        InitProducerIdResponseData.class,
                        r -> r.errorCode() == 0)
                .producerId();
    }

    private static ProduceRequestData request(Exchange e, String topic, int partition, MemoryRecords records) {
        var data = new TopicProduceData().setPartitionData(List.of(data(partition, records)));
        if (e.atLeast(13)) {
            data.setTopicId(e.knows(topic) ? e.id(topic) : new Uuid(7, 7));
        } else {
            data.setName(topic);
        }
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
        request.topicData().add(data);
        return request;
    }

    private static PartitionProduceData data(int partition, MemoryRecords records) {
        return new PartitionProduceData().setIndex(partition).setRecords(records);
    }
}
