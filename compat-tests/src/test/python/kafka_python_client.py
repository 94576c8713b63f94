"""kafka-python: the pure Python client."""
import kafka
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.errors import BrokerResponseError as Refused
from kafka.errors import for_code

LIMIT_MS = 30_000


def error_code(refusal):
    return refusal.errno


def text(data):
    return None if data is None else data.decode()


def encoded(string):
    return None if string is None else string.encode()


class Client:
    def __init__(self, bootstrap):
        self.bootstrap = bootstrap

    # --- records

    def produce(self, topic, records, partition=0, compression="none", acks=-1):
        producer = kafka.KafkaProducer(
            bootstrap_servers=self.bootstrap,
            compression_type=None if compression == "none" else compression,
            acks="all" if acks == -1 else acks,
            linger_ms=5,
        )
        sends = [
            producer.send(
                topic,
                key=encoded(r.get("key")),
                value=encoded(r["value"]),
                headers=[(k, v.encode()) for k, v in r.get("headers", {}).items()],
                partition=partition,
                timestamp_ms=r.get("timestamp"),
            )
            for r in records
        ]
        producer.flush(LIMIT_MS / 1000)
        offsets = [send.get(LIMIT_MS / 1000).offset for send in sends]
        producer.close()
        return {"offsets": offsets}

    def consume(self, topic, start, partition=0):
        consumer = kafka.KafkaConsumer(bootstrap_servers=self.bootstrap, consumer_timeout_ms=LIMIT_MS)
        where = kafka.TopicPartition(topic, partition)
        consumer.assign([where])
        if start == "earliest":
            consumer.seek_to_beginning(where)
        elif start == "latest":
            consumer.seek_to_end(where)
        else:
            consumer.seek(where, consumer.offsets_for_times({where: start})[where].offset)
        first, end = consumer.position(where), consumer.end_offsets([where])[where]
        records = []
        while first + len(records) < end:
            records.append(self.record(next(consumer)))
        consumer.close()
        return {"start": first, "end": end, "records": records}

    @staticmethod
    def record(message):
        return {
            "offset": message.offset,
            "key": text(message.key),
            "value": text(message.value),
            "headers": {k: text(v) for k, v in message.headers},
            "timestamp": message.timestamp,
        }

    # --- groups

    def member(self, stopping, emit, group, topic, session):
        class Assignment(kafka.ConsumerRebalanceListener):
            def on_partitions_revoked(self, revoked):
                pass

            def on_partitions_assigned(self, assigned):
                emit({"assigned": sorted(p.partition for p in assigned)})

        consumer = kafka.KafkaConsumer(
            bootstrap_servers=self.bootstrap,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=session,
            heartbeat_interval_ms=session // 6,
            metadata_max_age_ms=2000,
            reconnect_backoff_ms=20,
            reconnect_backoff_max_ms=200,
        )
        consumer.subscribe([topic], listener=Assignment())
        while not stopping.is_set():
            batches = consumer.poll(timeout_ms=100)
            values = [text(message.value) for batch in batches.values() for message in batch]
            if values:
                self.commit(consumer)
                emit({"committed": values})
        consumer.close()

    @staticmethod
    def commit(consumer):
        """What was read before a rebalance is read again by its next owner: a commit that comes too late is no error."""
        try:
            consumer.commit()
        except kafka.errors.CommitFailedError:
            pass

    def committed(self, group, topic, partitions):
        offsets = self.admin().list_consumer_group_offsets(group)
        return {"offsets": [offsets[kafka.TopicPartition(topic, p)].offset for p in range(partitions)]}

    def groups(self):
        return {"groups": [name for name, _ in self.admin().list_consumer_groups()]}

    # --- administration

    def admin(self):
        return kafka.KafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=LIMIT_MS)

    def create(self, topic, partitions, config):
        self.admin().create_topics([NewTopic(topic, partitions, 1, topic_configs=config)])
        return {}

    def grow(self, topic, partitions):
        self.admin().create_partitions({topic: NewPartitions(partitions)})
        return {}

    def describe(self, topic):
        found = self.admin().describe_topics([topic])[0]
        if found["error_code"]:
            raise for_code(found["error_code"])()
        return {"leaders": [p["leader"] for p in sorted(found["partitions"], key=lambda p: p["partition"])]}

    def configs(self, topic, names):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, {name: None for name in names})
        entries = self.admin().describe_configs([resource])[0].resources[0][4]
        return {"values": {entry[0]: entry[1] for entry in entries}}

    def alter(self, topic, config):
        answer = self.admin().alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])
        code = answer.resources[0][0]
        if code:
            raise for_code(code)()
        return {}

    def delete(self, topic):
        self.admin().delete_topics([topic])
        return {}

    def topics(self):
        return {"topics": sorted(self.admin().list_topics())}
