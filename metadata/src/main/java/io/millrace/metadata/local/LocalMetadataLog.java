package io.millrace.metadata.local;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.Touched;
import io.millrace.metadata.codec.CommandCodec;
import io.millrace.metadata.local.CommandQueue.Pending;
import io.millrace.metadata.local.Recovery.Recovered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata log of a single node, in files. One thread of its own applies, writes and publishes; commands that wait while
 * it writes share the next write and force. Futures are completed on that thread: what hangs on them must not block.
 *
 * <p>After a failed write or force nothing is known of the file's end: the log fails whatever waits, takes no more, and only a
 * restart of the process can tell what is on disk.
 */
public final class LocalMetadataLog implements MetadataLog {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMetadataLog.class);

    /** Largest command, in bytes: well above one with 10,000 partitions. */
    static final int MAX_COMMAND_BYTES = 8 << 20;

    private final CommandFiles files;
    private final CommandQueue queue;
    private final LogLimits limits;
    private final Thread thread;
    private final List<ImageListener> listeners = new CopyOnWriteArrayList<>();
    /** Held while listeners are told, so that a new one neither misses an image nor sees one twice. */
    private final ReentrantLock publishing = new ReentrantLock();

    private volatile ClusterImage image;

    private LocalMetadataLog(CommandFiles files, ClusterImage image, LogLimits limits, ThreadFactory threads) {
        this.files = files;
        this.image = image;
        this.limits = limits;
        queue = new CommandQueue(limits.queuedBytes());
        thread = threads.newThread(this::run);
    }

    /**
     * Recovers what the directory holds and starts the log's thread.
     *
     * @param metaDirectory made if absent
     * @throws CorruptMetadataException if a file is damaged other than by a crash during its last write
     * @throws IOException if the files cannot be read or written, or are in use by another process
     */
    public static LocalMetadataLog open(Path metaDirectory) throws IOException {
        return open(metaDirectory, Thread.ofPlatform().name("metadata-log").factory());
    }

    /** As {@link #open(Path)}, on a thread of this factory. */
    public static LocalMetadataLog open(Path metaDirectory, ThreadFactory threads) throws IOException {
        return open(metaDirectory, threads, LogLimits.DEFAULTS, CommandFile::open);
    }

    static LocalMetadataLog open(Path metaDirectory, ThreadFactory threads, LogLimits limits, CommandFile.Opener opener)
            throws IOException {
        MetaDirectory directory = MetaDirectory.create(metaDirectory);
        DirectoryLock lock = DirectoryLock.acquire(directory);
        try {
            Recovered recovered = Recovery.recover(directory);
            CommandFiles files = new CommandFiles(directory, lock, recovered, opener, limits);
            LocalMetadataLog log = new LocalMetadataLog(files, recovered.image(), limits, threads);
            log.thread.start();
            return log;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public ClusterImage image() {
        return image;
    }

    /**
     * {@inheritDoc} Fails with an InvalidRequestException for a command of more than 8 MB, and with a TimeoutException, to be
     * tried again later, while too much is waiting to be written.
     */
    @Override
    public CompletableFuture<Applied> submit(MetadataCommand command) {
        byte[] bytes = CommandCodec.encode(command);
        if (bytes.length > MAX_COMMAND_BYTES) {
            return CompletableFuture.failedFuture(new InvalidRequestException(
                    "A metadata change of " + bytes.length + " bytes is larger than " + MAX_COMMAND_BYTES));
        }
        CompletableFuture<Applied> future = new CompletableFuture<>();
        queue.put(new Pending(command, ByteBuffer.wrap(bytes), future));
        return future;
    }

    @Override
    public void subscribe(ImageListener listener) {
        publishing.lock();
        try {
            listener.changed(ClusterImage.EMPTY, image, Touched.between(ClusterImage.EMPTY, image));
            listeners.add(listener);
        } finally {
            publishing.unlock();
        }
    }

    /** Writes what waits and stops; returns when the files are closed. */
    @Override
    public void close() {
        queue.close(new KafkaStorageException("The metadata log is closed"));
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        joinUninterruptibly();
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Pending> batch = List.of();
        try {
            for (batch = take(); !batch.isEmpty(); batch = take()) {
                commit(batch);
                files.rollIfLarge(image);
            }
            files.close(image);
        } catch (IOException | RuntimeException | Error e) {
            fail(batch, e);
        }
    }

    private List<Pending> take() {
        return queue.take(limits.batchBytes());
    }

    private void commit(List<Pending> batch) throws IOException {
        List<Decided> decided = new ArrayList<>(batch.size());
        CommandBatch entries = new CommandBatch(image.version());
        ClusterImage latest = image;
        for (Pending pending : batch) {
            Decided next = Decided.decide(latest, pending);
            if (next.changes(latest)) {
                latest = next.after();
                entries.add(latest.version(), pending.bytes());
            }
            decided.add(next);
        }
        if (!entries.isEmpty()) {
            files.append(entries.toWrite(), latest.version() - image.version());
        }
        decided.forEach(this::publish);
    }

    private void publish(Decided decided) {
        ClusterImage before = image;
        if (decided.changes(before)) {
            publishing.lock();
            try {
                image = decided.after();
                listeners.forEach(listener -> tell(listener, before, decided));
            } finally {
                publishing.unlock();
            }
        }
        decided.complete();
    }

    /** A listener's bug is its own: the log and the other listeners go on. */
    private static void tell(ImageListener listener, ClusterImage before, Decided decided) {
        try {
            listener.changed(before, decided.after(), decided.touched());
        } catch (RuntimeException e) {
            LOG.error(
                    "{} failed on metadata version {}",
                    listener,
                    decided.after().version(),
                    e);
        }
    }

    private void fail(List<Pending> batch, Throwable cause) {
        LOG.error("The metadata log in {} has failed and takes no more changes", files.directory(), cause);
        KafkaStorageException failure = new KafkaStorageException("The metadata log has failed: " + cause, cause);
        queue.close(failure);
        batch.forEach(pending -> pending.future().completeExceptionally(failure));
        for (List<Pending> rest = take(); !rest.isEmpty(); rest = take()) {
            rest.forEach(pending -> pending.future().completeExceptionally(failure));
        }
        files.abandon();
    }
}
