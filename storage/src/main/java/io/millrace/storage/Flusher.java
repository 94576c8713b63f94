package io.millrace.storage;

import io.millrace.storage.LogFlush.Forced;
import io.millrace.storage.work.Inbox;
import io.millrace.storage.work.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group commit of one log directory: takes all logs that wait, forces each once, and then tells them. What is written meanwhile
 * waits for the next round. Runs on the flusher thread.
 */
final class Flusher implements Worker.Step {
    private final LogDirectory directory;
    private final Inbox<Request> inbox = new Inbox<>(Request.class);
    private final List<LogFlush> round = new ArrayList<>();

    private static final class Request extends Inbox.Item {
        private final LogFlush log;

        Request(LogFlush log) {
            this.log = log;
        }
    }

    Flusher(LogDirectory directory) {
        this.directory = directory;
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
        List<Forced> results = ForceRound.force(round, directory.helpers());
        if (results.stream().anyMatch(Forced::newDirectory)) {
            directory.disk().syncDirectory(directory.topics());
        }
        for (int i = 0; i < round.size(); i++) {
            LogState state = round.get(i).state();
            if (results.get(i).newDirectory()) {
                state.directoryIsDurable();
            }
            state.flushed(results.get(i).target());
            state.advanceDurable(results.get(i).target());
        }
    }
}
