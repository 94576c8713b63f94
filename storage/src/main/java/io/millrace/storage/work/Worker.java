package io.millrace.storage.work;

/** Somebody who repeats a step while there is something to do. */
public interface Worker {
    /** What is repeated; always by one thread at a time. */
    interface Step {
        /** Does what there is to do. Returns whether there may be more. */
        boolean run();

        /** Whether nothing waits to be done. */
        boolean isIdle();

        /** It threw this, and is not run again. */
        void died(Throwable cause);
    }

    /** Says that there is something to do. Any thread, cheap, never blocking. */
    void wake();

    /**
     * Says that there is something to do, and does it on the calling thread if nobody is at it: one step, what is left after that
     * goes to the worker. Spares two changes of threads. The caller must hold no lock that the step might want.
     */
    void runOrWake();

    /** Lets it finish what there is to do, and ends it; returns when it has ended. */
    void stop();
}
