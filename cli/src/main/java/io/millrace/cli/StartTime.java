package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** When the command was given: the launcher says so, as the JVM only knows of itself. */
final class StartTime {
    /** Microseconds since 1970; a shell older than bash 5 does not know them. */
    private static final String BEGAN_PROPERTY = "millrace.began";

    private StartTime() {}

    /** Milliseconds since then. */
    static long millisAgo() {
        return Duration.between(began(), Instant.now()).toMillis();
    }

    private static Instant began() {
        long micros = Long.getLong(BEGAN_PROPERTY, 0);
        return micros > 0
                ? Instant.EPOCH.plus(micros, ChronoUnit.MICROS)
                : ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    }
}
