package io.millrace.protocol;

import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Writable;

/**
 * A response about to be written: measured once, so that who writes it can allocate the right amount. The records of a fetch
 * reach the {@link Writable} as they are, to be sent from their file.
 */
public final class ResponseFrame {
    private static final int SIZE_FIELD = 4;

    private final ResponseHeaderData header;
    private final short headerVersion;
    private final ApiMessage body;
    private final short version;
    private final ObjectSerializationCache cache = new ObjectSerializationCache();
    private final MessageSizeAccumulator size = new MessageSizeAccumulator();

    public ResponseFrame(RequestHeader request, ApiMessage body) {
        this.version = request.responseVersion();
        this.headerVersion = request.key().responseHeaderVersion(version);
        this.header = new ResponseHeaderData().setCorrelationId(request.correlationId());
        this.body = body;
        header.addSize(size, cache, headerVersion);
        body.addSize(size, cache, version);
    }

    /** Bytes of the whole frame, its size field included. */
    public int totalSize() {
        return SIZE_FIELD + size.totalSize();
    }

    /** Bytes without record data and other zero-copy fields. */
    public int sizeExcludingZeroCopy() {
        return SIZE_FIELD + size.sizeExcludingZeroCopy();
    }

    /** Writes the frame, once. */
    public void writeTo(Writable target) {
        target.writeInt(size.totalSize());
        header.write(target, cache, headerVersion);
        body.write(target, cache, version);
    }
}
