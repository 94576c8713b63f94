"""confluent-kafka: the Python client on librdkafka."""
import time

import confluent_kafka
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, TIMESTAMP_CREATE_TIME, KafkaError, TopicPartition
from confluent_kafka import KafkaException as Refused
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

LIMIT = 30.0


def error_code(refusal):
    return refusal.args[0].code()


def text(data):
    return None if data is None else data.decode()


def finished(futures):
    return [future.result(LIMIT) for future in futures.values()]


class Client:
    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.admin = AdminClient({"bootstrap.servers": bootstrap})

    # --- records

    def produce(self, topic, records, partition=0, compression="none", acks=-1):
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": self.bootstrap, "compression.type": compression, "acks": acks, "linger.ms": 5}
        )
        outcomes = []
        for r in records:
            optional = {"timestamp": r["timestamp"]} if "timestamp" in r else {}
            producer.produce(
                topic,
                key=r.get("key"),
                value=r["value"],
                headers=list(r.get("headers", {}).items()),
                partition=partition,
                on_delivery=lambda error, message: outcomes.append((error, message.offset())),
                **optional,
            )
        left = producer.flush(LIMIT)
        errors = [str(error) for error, _ in outcomes if error is not None]
        if left or errors:
            raise RuntimeError(f"{left} not delivered, {errors}")
        return {"offsets": [offset for _, offset in outcomes]}

    def consume(self, topic, start, partition=0):
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.bootstrap, "group.id": "unused"})
        where = TopicPartition(topic, partition)
        low, end = consumer.get_watermark_offsets(where, LIMIT)
        if start == "earliest":
            first, where.offset = low, OFFSET_BEGINNING
        elif start == "latest":
            first, where.offset = end, OFFSET_END
        else:
            where = consumer.offsets_for_times([TopicPartition(topic, partition, start)], LIMIT)[0]
            first = where.offset
        consumer.assign([where])
        records = []
        deadline = time.monotonic() + LIMIT
        while first + len(records) < end:
            message = consumer.poll(max(0.0, deadline - time.monotonic()))
            if message is None or message.error():
                raise RuntimeError(f"read {len(records)} of {end - first}: {message and message.error()}")
            records.append(self.record(message))
        consumer.close()
        return {"start": first, "end": end, "records": records}

    @staticmethod
    def record(message):
        kind, timestamp = message.timestamp()
        assert kind == TIMESTAMP_CREATE_TIME, kind
        return {
            "offset": message.offset(),
            "key": text(message.key()),
            "value": text(message.value()),
            "headers": {k: text(v) for k, v in message.headers() or []},
            "timestamp": timestamp,
        }

    # --- groups

    def member(self, stopping, emit, group, topic, session):
        consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "session.timeout.ms": session,
                "heartbeat.interval.ms": session // 6,
                "reconnect.backoff.max.ms": 200,
            }
        )
        consumer.subscribe(
            [topic], on_assign=lambda _, assigned: emit({"assigned": sorted(p.partition for p in assigned)})
        )
        while not stopping.is_set():
            messages = [m for m in consumer.consume(500, 0.1) if self.is_record(m)]
            if messages:
                self.commit(consumer)
                emit({"committed": [text(m.value()) for m in messages]})
        consumer.close()

    @staticmethod
    def is_record(message):
        """While the broker is away librdkafka says so in messages of their own, and goes on by itself."""
        error = message.error()
        if error is not None and not error.retriable() and error.code() not in (
            KafkaError._ALL_BROKERS_DOWN,
            KafkaError._TRANSPORT,
        ):
            raise confluent_kafka.KafkaException(error)
        return error is None

    @staticmethod
    def commit(consumer):
        """What was read before a rebalance is read again by its next owner: a commit that comes too late is no error."""
        try:
            consumer.commit(asynchronous=False)
        except confluent_kafka.KafkaException as failure:
            late = (KafkaError.ILLEGAL_GENERATION, KafkaError.REBALANCE_IN_PROGRESS, KafkaError.UNKNOWN_MEMBER_ID)
            if error_code(failure) not in late:
                raise

    def committed(self, group, topic, partitions):
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.bootstrap, "group.id": group})
        found = consumer.committed([TopicPartition(topic, p) for p in range(partitions)], LIMIT)
        return {"offsets": [p.offset for p in found]}

    def groups(self):
        return {"groups": [g.id for g in self.admin.list_groups(timeout=LIMIT)]}

    # --- administration

    def create(self, topic, partitions, config):
        finished(self.admin.create_topics([NewTopic(topic, partitions, 1, config=config)]))
        return {}

    def grow(self, topic, partitions):
        finished(self.admin.create_partitions([NewPartitions(topic, partitions)]))
        return {}

    def describe(self, topic):
        found = self.admin.list_topics(topic, LIMIT).topics[topic]
        if found.error is not None:
            raise confluent_kafka.KafkaException(found.error)
        return {"leaders": [p.leader for _, p in sorted(found.partitions.items())]}

    def configs(self, topic, names):
        entries = finished(self.admin.describe_configs([ConfigResource("topic", topic)]))[0]
        return {"values": {name: entries[name].value for name in names}}

    def alter(self, topic, config):
        finished(self.admin.alter_configs([ConfigResource("topic", topic, set_config=config)]))
        return {}

    def delete(self, topic):
        finished(self.admin.delete_topics([topic]))
        return {}

    def topics(self):
        return {"topics": sorted(self.admin.list_topics(timeout=LIMIT).topics)}
