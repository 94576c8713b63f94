package io.millrace.protocol;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/**
 * Reads a request whose lengths may lie. The generated classes compare an array's length with {@link #remaining()} right after
 * having read it; that is where the elements of all arrays of a request are counted, because a few bytes on the wire can
 * become an object of dozens on the heap.
 */
final class BoundedReadable extends ByteBufferAccessor {
    /** All array elements of one request together. */
    static final int ELEMENTS_MAX = 1_000_000;

    private int lastLength;
    private int elements;

    BoundedReadable(ByteBuffer buffer) {
        super(buffer);
    }

    @Override
    public int readInt() {
        lastLength = super.readInt();
        return lastLength;
    }

    @Override
    public int readUnsignedVarint() {
        int value = super.readUnsignedVarint();
        lastLength = value - 1;
        return value;
    }

    @Override
    public int remaining() {
        int remaining = super.remaining();
        if (lastLength > 0 && lastLength <= remaining) {
            elements += Math.min(lastLength, ELEMENTS_MAX);
            if (elements > ELEMENTS_MAX) {
                throw new InvalidRequestException("more than " + ELEMENTS_MAX + " array elements");
            }
        }
        return remaining;
    }

    @Override
    public ByteBuffer readByteBuffer(int length) {
        if (length < 0 || length > super.remaining()) {
            throw new InvalidRequestException(
                    "a field of " + length + " bytes, of which " + super.remaining() + " came");
        }
        return super.readByteBuffer(length);
    }

    int left() {
        return super.remaining();
    }
}
