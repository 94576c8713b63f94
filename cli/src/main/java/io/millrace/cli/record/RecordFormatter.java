package io.millrace.cli.record;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes a line of a record. */
@FunctionalInterface
public interface RecordFormatter {
    /** The line, without newline. */
    String format(ConsumerRecord<byte[], byte[]> consumed);
}
