package io.millrace.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.network.TransferableChannel;
import org.apache.kafka.common.record.internal.DefaultRecordsSend;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.apache.kafka.common.record.internal.TransferableRecords;
import org.jspecify.annotations.Nullable;

/**
 * A range of a segment's file: what a fetch sends, by sendfile or copied. It keeps the file open until it is released, also
 * when retention has removed the segment meanwhile. One owner at a time; {@link #release} exactly once is enough, more do no harm.
 */
public final class LogSlice implements TransferableRecords {
    private static final LogSlice EMPTY = new LogSlice(null, 0, 0, () -> {}, failure -> {});

    private final @Nullable FileChannel channel;
    private final long position;
    private final int size;
    private final Runnable onRelease;
    private final Consumer<IOException> onFailure;
    private final AtomicBoolean released = new AtomicBoolean();

    LogSlice(
            @Nullable FileChannel channel,
            long position,
            int size,
            Runnable onRelease,
            Consumer<IOException> onFailure) {
        this.channel = channel;
        this.position = position;
        this.size = size;
        this.onRelease = onRelease;
        this.onFailure = onFailure;
    }

    /** Nothing; has no file. */
    public static LogSlice empty() {
        return EMPTY;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The segment's file, open at least until release. */
    public FileChannel channel() {
        if (channel == null) {
            throw new IllegalStateException("an empty slice has no file");
        }
        return channel;
    }

    /** First byte of the slice in the file. */
    public long position() {
        return position;
    }

    @Override
    public int sizeInBytes() {
        return size;
    }

    /** Reads the slice from {@code from} (bytes into the slice) until the buffer is full or the slice ends. */
    public int copyTo(ByteBuffer target, int from) throws IOException {
        int wanted = Math.min(target.remaining(), size - from);
        int limit = target.limit();
        target.limit(target.position() + wanted);
        int done = 0;
        while (done < wanted) {
            int n = read(target, position + from + done);
            if (n < 0) {
                break;
            }
            done += n;
        }
        target.limit(limit);
        return done;
    }

    private int read(ByteBuffer target, long at) throws IOException {
        try {
            return channel().read(target, at);
        } catch (IOException e) {
            onFailure.accept(e);
            throw e;
        }
    }

    /** Sending the slice has failed, because its file could not be read: the log directory is told. */
    public void failedToRead(IOException failure) {
        onFailure.accept(failure);
    }

    @Override
    public int writeTo(TransferableChannel channel, int previouslyWritten, int remaining) throws IOException {
        return isEmpty() ? 0 : (int) channel.transferFrom(channel(), position + previouslyWritten, remaining);
    }

    @Override
    public RecordsSend<LogSlice> toSend() {
        return new DefaultRecordsSend<>(this);
    }

    /** Gives the file back. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            onRelease.run();
        }
    }
}
