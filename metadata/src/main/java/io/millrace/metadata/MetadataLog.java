package io.millrace.metadata;

import java.util.concurrent.CompletableFuture;

/**
 * Orders commands, makes them durable and applies them: a local file on a single node, a Raft group in a cluster.
 * Safe for any thread.
 */
public interface MetadataLog extends AutoCloseable {
    /** The image as of the last applied command. */
    ClusterImage image();

    /**
     * Completes when the command is durable and applied here (or was refused). Fails with a KafkaStorageException when the log
     * cannot be written; the command then may or may not come back after a restart.
     */
    CompletableFuture<Applied> submit(MetadataCommand command);

    /** Called at once with the present image (from this thread), then after every change, in order, on the log's thread. */
    void subscribe(ImageListener listener);

    @Override
    void close();

    /**
     * @param image the image right after the command
     * @param touched where it may differ from the image before
     */
    record Applied(ClusterImage image, CommandResult result, Touched touched) {
        /** Of a command that changed nothing. */
        public Applied(ClusterImage image, CommandResult result) {
            this(image, result, Touched.NOTHING);
        }
    }

    /** Sees every image once, in order; quick and never blocking. */
    interface ImageListener {
        void changed(ClusterImage before, ClusterImage after, Touched touched);
    }
}
