package io.millrace.coordinator;

/** Runs something quick after a while; one for all shards, of which each has at most one wake-up waiting. */
public interface WakeTimer {
    /** Runs it after so many ms (0: soon), on any thread. */
    Wake schedule(long delayMs, Runnable task);

    /** A wake-up that may be called off. */
    interface Wake {
        /** Best effort: it may just be running. */
        void cancel();
    }
}
