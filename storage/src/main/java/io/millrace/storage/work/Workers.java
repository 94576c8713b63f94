package io.millrace.storage.work;

import java.util.concurrent.Executor;

/** Where workers come from. */
public interface Workers extends AutoCloseable {
    /** A worker of this name, which runs from now on. */
    Worker start(String name, Worker.Step step);

    /** For work that may block. */
    Executor blocking();

    /** Runs something again and again, with pauses of this length, until closed. It must not throw. */
    void repeat(long pauseMs, Runnable task);

    /** Ends what {@link #repeat} began. */
    @Override
    void close();
}
