"""confluent-kafka (librdkafka) against a started broker: confluent_kafka_python.py BOOTSTRAP SCENARIO NAME."""

import sys
import time

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

BOOTSTRAP, SCENARIO, NAME = sys.argv[1:4]
LIMIT = 40


def client(**config):
    settings = {"bootstrap.servers": BOOTSTRAP}
    settings.update({key.replace("_", "."): value for key, value in config.items()})
    return settings


def admin_client():
    return AdminClient(client())


def topic(stem, partitions):
    name = NAME + "-" + stem
    admin_client().create_topics([NewTopic(name, partitions, 1)])[name].result(LIMIT)
    deadline = time.time() + LIMIT
    while True:
        found = admin_client().list_topics(timeout=LIMIT).topics.get(name)
        if found and len(found.partitions) == partitions and all(p.leader >= 0 for p in found.partitions.values()):
            return name
        assert time.time() < deadline, "no leaders"


def send(name, records, **config):
    """Records are the keyword arguments of produce; fails when one is not acknowledged."""
    failures = []
    producer = Producer(client(**config))
    for record in records:
        producer.produce(name, on_delivery=lambda e, m: failures.append(e) if e else None, **record)
    assert producer.flush(LIMIT) == 0
    assert not failures, failures[0]


def consumer(group=None, **config):
    return Consumer(client(group_id=group or NAME, auto_offset_reset="earliest", enable_auto_commit=False, **config))


def assigned(name, *partitions):
    reader = consumer()
    reader.assign([TopicPartition(name, p, OFFSET_BEGINNING) for p in partitions])
    return reader


def take(reader, count):
    records = []
    deadline = time.time() + LIMIT
    while len(records) < count:
        assert time.time() < deadline, "%d records of %d" % (len(records), count)
        record = reader.poll(0.2)
        if record is not None:
            assert record.error() is None, record.error()
            records.append(record)
    return records


def produce_every_compression():
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        name = topic(codec, 2)
        send(
            name,
            [dict(key="k%d" % i, value="v%d " % i * 20, partition=i % 2) for i in range(300)],
            compression_codec=codec,
            linger_ms=5,
        )
        reader = assigned(name, 0, 1)
        assert {r.value().decode() for r in take(reader, 300)} == {"v%d " % i * 20 for i in range(300)}
        reader.close()


def produce_every_acks():
    name = topic("t", 1)
    for acks, idempotence in ((0, False), (1, False), (-1, False), (-1, True)):
        send(name, [dict(value="%d" % i) for i in range(50)], acks=acks, enable_idempotence=idempotence)
    reader = assigned(name, 0)
    assert [r.offset() for r in take(reader, 200)] == list(range(200))
    reader.close()


def headers_keys_tombstones():
    name = topic("t", 1)
    send(
        name,
        [
            dict(key=b"k", value=b"v", headers=[("a", b"1"), ("a", None)], timestamp=1234),
            dict(key=b"gone", value=None),
            dict(value=b"no key"),
        ],
    )
    reader = assigned(name, 0)
    first, second, third = take(reader, 3)
    assert first.headers() == [("a", b"1"), ("a", None)] and first.timestamp()[1] == 1234, first.headers()
    assert second.key() == b"gone" and second.value() is None
    assert third.key() is None
    reader.close()


def consume_from_both_ends_and_by_time():
    name = topic("t", 1)
    send(name, [dict(value="v%d" % i, timestamp=1000 * (i + 1)) for i in range(20)])
    reader = consumer()
    partition = TopicPartition(name, 0)
    assert reader.get_watermark_offsets(partition, timeout=LIMIT) == (0, 20)
    found = reader.offsets_for_times([TopicPartition(name, 0, 7500)], timeout=LIMIT)[0]
    assert found.offset == 7, found
    for offset, value in ((OFFSET_BEGINNING, b"v0"), (found.offset, b"v7"), (19, b"v19")):
        reader.assign([TopicPartition(name, 0, offset)])
        assert take(reader, 1)[0].value() == value
    reader.assign([TopicPartition(name, 0, OFFSET_END)])
    assert reader.poll(1) is None
    send(name, [dict(value="new")])
    assert take(reader, 1)[0].value() == b"new"
    reader.close()


def group_rebalances():
    name = topic("t", 4)
    for strategy in ("range", "roundrobin", "cooperative-sticky"):
        settings = dict(session_timeout_ms=6000, heartbeat_interval_ms=300, partition_assignment_strategy=strategy)
        members = [consumer(NAME + strategy, **settings)]
        members[0].subscribe([name])
        await_sizes(members, [4])
        members.append(consumer(NAME + strategy, **settings))
        members[1].subscribe([name])
        await_sizes(members, [2, 2])
        members.pop(0).close()
        await_sizes(members, [4])
        members.pop().close()


def await_sizes(members, sizes):
    deadline = time.time() + LIMIT
    while sorted(len(m.assignment()) for m in members) != sizes:
        assert time.time() < deadline, [len(m.assignment()) for m in members]
        for member in members:
            member.poll(0.05)


def commits_come_back():
    name = topic("t", 1)
    send(name, [dict(value="v%d" % i) for i in range(10)])
    first = consumer()
    first.subscribe([name])
    records = take(first, 5)
    first.commit(message=records[-1], asynchronous=False)
    first.close()
    second = consumer()
    second.subscribe([name])
    assert [r.value() for r in take(second, 5)] == [b"v%d" % i for i in range(5, 10)]
    assert second.committed([TopicPartition(name, 0)], timeout=LIMIT)[0].offset == 5
    second.close()


def admin():
    name = topic("t", 2)
    control = admin_client()
    control.create_partitions([NewPartitions(name, 3)])[name].result(LIMIT)
    resource = ConfigResource(ConfigResource.Type.TOPIC, name)
    described = list(control.describe_configs([resource]).values())[0].result(LIMIT)
    assert described["retention.ms"].value == "604800000"
    changed = ConfigResource(ConfigResource.Type.TOPIC, name, set_config={"retention.ms": "5000"})
    list(control.alter_configs([changed]).values())[0].result(LIMIT)
    deadline = time.time() + LIMIT
    while list(control.describe_configs([resource]).values())[0].result(LIMIT)["retention.ms"].value != "5000":
        assert time.time() < deadline
    reader = consumer()
    reader.subscribe([name])
    await_sizes([reader], [3])
    groups = control.list_groups(NAME, timeout=LIMIT)
    assert groups[0].state == "Stable" and len(groups[0].members) == 1, groups
    reader.close()
    control.delete_topics([name])[name].result(LIMIT)


def errors():
    name = topic("t", 1)
    control = admin_client()
    create = lambda *args: list(control.create_topics([NewTopic(*args)]).values())[0].result(LIMIT)
    expect(KafkaError.TOPIC_ALREADY_EXISTS, lambda: create(name, 1, 1))
    expect(KafkaError.TOPIC_EXCEPTION, lambda: create("a b", 1, 1))
    expect(KafkaError.INVALID_REPLICATION_FACTOR, lambda: create(NAME + "-rf", 1, 3))
    expect(KafkaError.INVALID_PARTITIONS, lambda: create(NAME + "-p", 0, 1))
    expect(KafkaError.UNKNOWN_TOPIC_OR_PART, lambda: control.delete_topics([NAME + "-x"])[NAME + "-x"].result(LIMIT))
    failures = []
    producer = Producer(client(message_max_bytes=5_000_000))
    producer.produce(name, b"x" * 2_000_000, on_delivery=lambda e, m: failures.append(e.code()))
    producer.flush(LIMIT)
    assert failures == [KafkaError.MSG_SIZE_TOO_LARGE], failures


def expect(code, action):
    try:
        action()
    except KafkaException as failure:
        assert failure.args[0].code() == code, failure
        return
    raise AssertionError("no error %d" % code)


globals()[SCENARIO]()
