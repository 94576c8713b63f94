"""A member of a consumer group; ends on SIGTERM, having left the group.

    consume.py BOOTSTRAP TOPIC GROUP LEDGER

LEDGER gets a line of JSON per record read: [partition, offset, key, line, value]. A record is committed after its line
is written, so that a record may be read twice but none is missed.
"""
import json
import signal
import sys
import threading

STOPPING = threading.Event()


def joined(partitions):
    print("assigned", *sorted(partitions), flush=True)


def with_confluent_kafka(bootstrap, topic, group, received):
    import confluent_kafka

    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": 10_000,
            "reconnect.backoff.max.ms": 500,
        }
    )
    consumer.subscribe([topic], on_assign=lambda _, partitions: joined(p.partition for p in partitions))
    while not STOPPING.is_set():
        batch = [m for m in consumer.consume(200, 0.1) if m.error() is None]
        for m in batch:
            received(m.partition(), m.offset(), m.key(), m.headers(), m.value())
        if batch:
            try:
                consumer.commit(asynchronous=False)
            except confluent_kafka.KafkaException as failure:
                print(f"commit failed, these records may be read again: {failure}", flush=True)
    consumer.close()


def with_kafka_python(bootstrap, topic, group, received):
    import kafka

    class Assignment(kafka.ConsumerRebalanceListener):
        def on_partitions_revoked(self, revoked):
            pass

        def on_partitions_assigned(self, assigned):
            joined(p.partition for p in assigned)

    consumer = kafka.KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=10_000,
        reconnect_backoff_max_ms=500,
    )
    consumer.subscribe([topic], listener=Assignment())
    while not STOPPING.is_set():
        batch = [m for messages in consumer.poll(timeout_ms=100).values() for m in messages]
        for m in batch:
            received(m.partition, m.offset, m.key, m.headers, m.value)
        if batch:
            try:
                consumer.commit()
            except kafka.errors.KafkaError as failure:
                print(f"commit failed, these records may be read again: {failure}", flush=True)
    consumer.close()


def main():
    bootstrap, topic, group, ledger_name = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: STOPPING.set())
    with open(ledger_name, "w", encoding="utf-8") as ledger:

        def received(partition, offset, key, headers, value):
            entry = [partition, offset, key.decode(), int(dict(headers)["line"]), value.decode()]
            ledger.write(json.dumps(entry) + "\n")
            ledger.flush()

        try:
            import confluent_kafka  # noqa: F401
        except ImportError:
            with_kafka_python(bootstrap, topic, group, received)
        else:
            with_confluent_kafka(bootstrap, topic, group, received)


main()
