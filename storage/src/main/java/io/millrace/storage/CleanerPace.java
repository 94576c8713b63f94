package io.millrace.storage;

import java.io.IOException;

/** Is told of every piece of compaction's work; keeps it slow enough, and stops it. */
interface CleanerPace {
    /**
     * So many bytes were read or written. May wait.
     *
     * @throws CleaningStoppedException if the work is to end here
     */
    void did(long bytes) throws IOException;
}
