package io.millrace.coordinator;

import java.util.ArrayDeque;

/**
 * The way back to an earlier state: what undoes each change of the {@link UndoMap}s that share it, oldest first, as far back
 * as the oldest change that is not committed. One thread at a time.
 */
public final class UndoLog {
    private final ArrayDeque<Runnable> steps = new ArrayDeque<>();
    private long forgotten;

    void add(Runnable step) {
        steps.addLast(step);
    }

    /** The present state, to come back to. */
    long mark() {
        return forgotten + steps.size();
    }

    /** Takes back all that came after the mark. */
    void undoTo(long mark) {
        while (mark() > mark) {
            steps.removeLast().run();
        }
    }

    /** Nobody will go back to before this mark. */
    void forgetBefore(long mark) {
        while (forgotten < mark && !steps.isEmpty()) {
            steps.removeFirst();
            forgotten++;
        }
    }
}
