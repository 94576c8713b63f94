package io.millrace.storage;

import io.millrace.storage.LogFlush.Forced;
import io.millrace.storage.work.Inbox;
import io.millrace.storage.work.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group commit of one log directory: takes all logs that wait, forces each once (or, if they are many, the journal instead), and then
 * tells them. What is written meanwhile waits for the next round. Runs on the flusher thread.
 */
final class Flusher implements Worker.Step {
    private final LogDirectory directory;
    private final Inbox<Request> inbox = new Inbox<>(Request.class);
    private final List<LogFlush> round = new ArrayList<>();
    private final Journal journal;

    private static final class Request extends Inbox.Item {
        private final LogFlush log;

        Request(LogFlush log) {
            this.log = log;
        }
    }

    Flusher(LogDirectory directory, Journal journal) {
        this.directory = directory;
        this.journal = journal;
    }

    /** Asks for the log to be flushed up to where it ends now. Any thread. */
    void request(LogFlush log) {
        if (log.request()) {
            inbox.put(new Request(log));
            directory.wakeFlusher();
        }
    }

    @Override
    public boolean isIdle() {
        return inbox.isEmpty();
    }

    @Override
    public void died(Throwable cause) {
        directory.fail(cause);
    }

    @Override
    public boolean run() {
        int taken = 0;
        @Nullable Request request;
        while ((request = inbox.take()) != null) {
            request.log.begins();
            taken++;
            if (request.log.whenClosed() == null) {
                round.add(request.log);
            } else {
                // Asked for twice in this round: its directory may be gone before the round is forced.
                round.remove(request.log);
                close(request.log);
            }
        }
        if (taken == 0) {
            return false;
        }
        try {
            if (!round.isEmpty() && directory.isOnline()) {
                flush();
            }
        } catch (IOException | RuntimeException e) {
            directory.fail(e);
        }
        round.clear();
        return true;
    }

    private void close(LogFlush log) {
        Runnable next = log.whenClosed();
        journal.forget(log);
        try {
            log.close();
        } catch (IOException e) {
            directory.fail(e);
        }
        if (next != null) {
            next.run();
        }
    }

    private void flush() throws IOException {
        List<LogFlush> left = journal.take(round);
        if (!left.isEmpty()) {
            force(left);
        }
        if (journal.isFull()) {
            catchUp();
        }
    }

    /** Forces what only the journal has whole. */
    private void catchUp() throws IOException {
        List<LogFlush> behind = journal.behind();
        if (!behind.isEmpty()) {
            force(behind);
        }
        journal.drop();
    }

    /** The flusher's thread has ended: lets the next start find nothing to put back. */
    void finish() {
        try {
            if (directory.isOnline()) {
                catchUp();
            }
        } catch (IOException | RuntimeException e) {
            directory.fail(e);
        }
    }

    private void force(List<LogFlush> logs) throws IOException {
        List<Forced> results = ForceRound.force(logs, directory.helpers());
        if (results.stream().anyMatch(Forced::newDirectory)) {
            directory.disk().syncDirectory(directory.topics());
        }
        for (int i = 0; i < logs.size(); i++) {
            LogState state = logs.get(i).state();
            if (results.get(i).newDirectory()) {
                state.directoryIsDurable();
            }
            state.flushed(results.get(i).target());
            state.advanceDurable(results.get(i).target());
        }
    }
}
