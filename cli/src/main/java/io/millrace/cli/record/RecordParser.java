package io.millrace.cli.record;

import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes a record of a line. */
@FunctionalInterface
public interface RecordParser {
    /** @throws RecordFormatException if the line is none */
    ProducerRecord<byte[], byte[]> parse(byte[] line);
}
