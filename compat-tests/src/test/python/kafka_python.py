"""kafka-python against a started broker: kafka_python.py BOOTSTRAP SCENARIO NAME. Exits with 0 when all is right."""

import sys
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.errors import (
    InvalidTopicError,
    MessageSizeTooLargeError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)
from kafka.structs import OffsetAndMetadata

BOOTSTRAP, SCENARIO, NAME = sys.argv[1:4]
LIMIT = 40


def producer(**config):
    return KafkaProducer(bootstrap_servers=BOOTSTRAP, **config)


def consumer(*topics, **config):
    settings = dict(auto_offset_reset="earliest", enable_auto_commit=False, consumer_timeout_ms=LIMIT * 1000)
    settings.update(config)
    return KafkaConsumer(*topics, bootstrap_servers=BOOTSTRAP, **settings)


def topic(stem, partitions):
    name = NAME + "-" + stem
    admin = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)
    admin.create_topics([NewTopic(name, partitions, 1)])
    deadline = time.time() + LIMIT
    with_leaders = 0
    while with_leaders != partitions:
        assert time.time() < deadline, "no leaders"
        described = admin.describe_topics([name])[0]
        with_leaders = sum(1 for p in described["partitions"] if p["error_code"] == 0)
    admin.close()
    return name


def take(from_consumer, count):
    records = []
    for record in from_consumer:
        records.append(record)
        if len(records) == count:
            return records
    raise AssertionError("%d records of %d" % (len(records), count))


def produce_every_compression():
    for codec in (None, "gzip", "snappy", "lz4", "zstd"):
        try:
            sender = producer(compression_type=codec, linger_ms=5)
        except AssertionError as unavailable:
            print("left out by the client itself: %s" % unavailable)
            continue
        name = topic(codec or "none", 2)
        for i in range(300):
            sender.send(name, key=b"k%d" % i, value=b"v%d " % i * 20, partition=i % 2)
        sender.flush()
        sender.close()
        reader = consumer(name)
        values = {r.value for r in take(reader, 300)}
        assert values == {b"v%d " % i * 20 for i in range(300)}, codec
        reader.close()


def produce_every_acks():
    name = topic("t", 1)
    for acks in (0, 1, "all"):
        sender = producer(acks=acks)
        for i in range(50):
            sender.send(name, b"%d" % i)
        sender.flush()
        sender.close()
    reader = consumer(name)
    assert [r.offset for r in take(reader, 150)] == list(range(150))
    reader.close()


def headers_keys_tombstones():
    name = topic("t", 1)
    sender = producer()
    sent = sender.send(name, key=b"k", value=b"v", headers=[("a", b"1"), ("a", b"\xff")], timestamp_ms=1234).get(LIMIT)
    assert (sent.offset, sent.partition) == (0, 0), sent
    sender.send(name, key=b"gone", value=None).get(LIMIT)
    sender.send(name, value=b"no key").get(LIMIT)
    reader = consumer(name)
    first, second, third = take(reader, 3)
    assert first.headers == [("a", b"1"), ("a", b"\xff")] and first.timestamp == 1234, first
    assert second.key == b"gone" and second.value is None, second
    assert third.key is None, third
    sender.close()
    reader.close()


def consume_from_both_ends_and_by_time():
    name = topic("t", 1)
    sender = producer()
    for i in range(20):
        sender.send(name, b"v%d" % i, timestamp_ms=1000 * i).get(LIMIT)
    sender.close()
    partition = TopicPartition(name, 0)
    reader = consumer()
    reader.assign([partition])
    assert reader.beginning_offsets([partition]) == {partition: 0}
    assert reader.end_offsets([partition]) == {partition: 20}
    found = reader.offsets_for_times({partition: 7500})[partition]
    assert (found.offset, found.timestamp) == (8, 8000), found
    reader.seek(partition, found.offset)
    assert take(reader, 1)[0].value == b"v8"
    reader.seek_to_beginning(partition)
    assert take(reader, 1)[0].value == b"v0"
    reader.seek_to_end(partition)
    assert reader.position(partition) == 20
    reader.close()


def group_rebalances():
    name = topic("t", 4)
    settings = dict(group_id=NAME, session_timeout_ms=6000, heartbeat_interval_ms=300)
    members = [consumer(name, **settings)]
    await_sizes(members, [4])
    members.append(consumer(name, **settings))
    await_sizes(members, [2, 2])
    members.pop(0).close()
    await_sizes(members, [4])
    members.pop().close()


def await_sizes(members, sizes):
    deadline = time.time() + LIMIT
    while sorted(len(m.assignment()) for m in members) != sizes:
        assert time.time() < deadline, [m.assignment() for m in members]
        for member in members:
            member.poll(timeout_ms=50)


def commits_come_back():
    name = topic("t", 1)
    partition = TopicPartition(name, 0)
    sender = producer()
    for i in range(10):
        sender.send(name, b"v%d" % i)
    sender.flush()
    sender.close()
    first = consumer(name, group_id=NAME)
    take(first, 5)
    first.commit({partition: OffsetAndMetadata(5, "five")})
    first.close()
    second = consumer(name, group_id=NAME)
    assert [r.value for r in take(second, 5)] == [b"v%d" % i for i in range(5, 10)]
    assert second.committed(partition) == 5
    second.close()


def admin():
    name = topic("t", 2)
    client = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)
    assert name in client.list_topics()
    assert len(client.describe_cluster()["brokers"]) == 1
    client.create_partitions({name: NewPartitions(3)})
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    described = client.describe_configs([resource])[0].resources[0]
    assert {c[0]: c[1] for c in described[4]}["retention.ms"] == "604800000", described
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"retention.ms": "5000"})])
    reader = consumer(name, group_id=NAME)
    await_sizes([reader], [3])
    reader.commit({TopicPartition(name, 0): OffsetAndMetadata(0, "")})
    assert (NAME, "consumer") in [g[:2] for g in client.list_consumer_groups()]
    assert client.describe_consumer_groups([NAME])[0].state == "Stable"
    assert client.list_consumer_group_offsets(NAME)[TopicPartition(name, 0)].offset == 0
    reader.close()
    assert client.delete_consumer_groups([NAME])[0][1].errno == 0
    client.delete_topics([name])
    client.close()


def errors():
    name = topic("t", 1)
    client = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)
    expect(TopicAlreadyExistsError, lambda: client.create_topics([NewTopic(name, 1, 1)]))
    expect(InvalidTopicError, lambda: client.create_topics([NewTopic("a b", 1, 1)]))
    expect(UnknownTopicOrPartitionError, lambda: client.delete_topics([NAME + "-none"]))
    sender = producer(max_request_size=5_000_000)
    expect(MessageSizeTooLargeError, lambda: sender.send(name, b"x" * 2_000_000).get(LIMIT))
    sender.close()
    client.close()


def expect(failure, action):
    try:
        action()
    except failure:
        return
    raise AssertionError("no " + failure.__name__)


globals()[SCENARIO]()
