package io.millrace.storage;

import java.io.IOException;

/** A log cannot be cleaned now; another time it may. */
final class CleaningStoppedException extends IOException {
    private static final long serialVersionUID = 1;

    CleaningStoppedException(String why) {
        super(why);
    }
}
