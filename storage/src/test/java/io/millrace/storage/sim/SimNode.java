package io.millrace.storage.sim;

import java.util.Random;

/** A file or a directory. */
sealed interface SimNode permits SimFile, SimDirectory {
    /** The power has gone. */
    void crash(Random random);

    /** The process has gone, the machine has not. */
    void outliveProcess();
}
