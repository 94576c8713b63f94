package io.millrace.storage.sim;

import java.util.Random;

/** A file or a directory. */
sealed interface SimNode permits SimFile, SimDirectory {
    /** Bytes of all files in it. */
    int size();

    /** The power has gone. */
    void crash(Random random);

    /** The process has gone, the machine has not. */
    void outliveProcess();
}
