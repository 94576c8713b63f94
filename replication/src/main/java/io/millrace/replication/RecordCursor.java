package io.millrace.replication;

import java.nio.ByteBuffer;
import org.apache.kafka.common.InvalidRecordException;

/**
 * Walks over the records of an uncompressed batch (format v2) without building objects, checking that every length fits.
 *
 * <pre>
 * length: varint  attributes: int8  timestampDelta: varlong  offsetDelta: varint
 * keyLength: varint (-1: null)  key  valueLength: varint (-1: null)  value
 * headers: varint count, each  keyLength: varint  key  valueLength: varint (-1: null)  value
 * </pre>
 *
 * <p>Source: Kafka protocol guide, "Record". Varints are zigzag. Not thread-safe.
 */
final class RecordCursor {
    private final ByteBuffer buffer;
    private final int limit;
    private int position;
    private int recordEnd;
    private long timestampDelta;
    private boolean hasKey;

    /** Before the first record, at {@code position}. */
    RecordCursor(ByteBuffer buffer, int position, int limit) {
        this.buffer = buffer;
        this.position = position;
        this.limit = limit;
    }

    boolean atEnd() {
        return position == limit;
    }

    long timestampDelta() {
        return timestampDelta;
    }

    boolean hasKey() {
        return hasKey;
    }

    /**
     * Steps over a record.
     *
     * @throws InvalidRecordException if it is not one
     */
    void next() {
        recordEnd = limit;
        int size = varint();
        if (size < 0 || size > limit - position) {
            throw new InvalidRecordException(
                    "A record of " + size + " bytes, of which " + (limit - position) + " are there");
        }
        recordEnd = position + size;
        skip(1);
        timestampDelta = varlong();
        varint();
        hasKey = skipNullable();
        skipNullable();
        skipHeaders();
        if (position != recordEnd) {
            throw new InvalidRecordException((recordEnd - position) + " bytes are left at the end of a record");
        }
    }

    private void skipHeaders() {
        int count = varint();
        if (count < 0 || count > recordEnd - position) {
            throw new InvalidRecordException("A record with " + count + " headers");
        }
        for (int header = 0; header < count; header++) {
            int keySize = varint();
            if (keySize < 0) {
                throw new InvalidRecordException("A header's key of " + keySize + " bytes");
            }
            skip(keySize);
            skipNullable();
        }
    }

    private boolean skipNullable() {
        int size = varint();
        if (size >= 0) {
            skip(size);
        }
        return size >= 0;
    }

    private void skip(int bytes) {
        if (bytes > recordEnd - position) {
            throw new InvalidRecordException("A field of " + bytes + " bytes goes beyond its record");
        }
        position += bytes;
    }

    private int varint() {
        int raw = 0;
        for (int shift = 0; shift <= 28; shift += 7) {
            byte next = nextByte();
            raw |= (next & 0x7f) << shift;
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new InvalidRecordException("A varint of more than 5 bytes");
    }

    private long varlong() {
        long raw = 0;
        for (int shift = 0; shift <= 63; shift += 7) {
            byte next = nextByte();
            raw |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new InvalidRecordException("A varlong of more than 10 bytes");
    }

    private byte nextByte() {
        if (position >= recordEnd) {
            throw new InvalidRecordException("A field goes beyond its record");
        }
        return buffer.get(position++);
    }
}
