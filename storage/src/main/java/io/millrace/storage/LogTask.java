package io.millrace.storage;

import io.millrace.storage.work.Inbox;
import java.io.IOException;

/** Something for the appender thread to do with one log. */
abstract class LogTask extends Inbox.Item {
    private final LogWriter log;

    LogTask(LogWriter log) {
        this.log = log;
    }

    LogWriter log() {
        return log;
    }

    /** Does it. An exception takes the log directory offline. */
    abstract void run() throws IOException;

    /** Says to whoever waits that it will not be done. */
    abstract void refuse(LogState.Refusal why);
}
