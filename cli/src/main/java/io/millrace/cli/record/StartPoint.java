package io.millrace.cli.record;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in each partition consuming begins. */
public sealed interface StartPoint {
    /** First record that is still there. */
    record Beginning() implements StartPoint {}

    /** What comes from now on. */
    record End() implements StartPoint {}

    /** This offset, or the first one behind it that is there. */
    record Offset(long offset) implements StartPoint {}

    /** The last records of each partition. */
    record Last(long records) implements StartPoint {}

    /** First record with at least this timestamp. */
    record Time(long timestampMs) implements StartPoint {}

    /** The forms {@link #parse} takes, for help and errors. */
    String FORMS = "beginning, end, an offset (42), the last N of each partition (-10), "
            + "a time (2026-01-31T12:00:00Z, 2026-01-31, @1769860800000) or an age (90s, 15m, 2h, 7d)";

    /**
     * @param now what ages count from
     * @param zone of times that name none
     * @throws IllegalArgumentException naming {@link #FORMS}
     */
    static StartPoint parse(String text, Instant now, ZoneId zone) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "beginning", "earliest", "start" -> new Beginning();
            case "end", "latest" -> new End();
            default ->
                number(text)
                        .or(() -> age(text, now))
                        .or(() -> time(text, zone))
                        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of " + FORMS));
        };
    }

    private static Optional<StartPoint> number(String text) {
        if (!text.matches("[@-]?\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(
                switch (text.charAt(0)) {
                    case '@' -> new Time(Long.parseLong(text.substring(1)));
                    case '-' -> new Last(Long.parseLong(text.substring(1)));
                    default -> new Offset(Long.parseLong(text));
                });
    }

    private static Optional<StartPoint> age(String text, Instant now) {
        Matcher age = Pattern.compile("(\\d{1,9})([smhd])").matcher(text);
        if (!age.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(age.group(1));
        Duration duration = switch (age.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        return Optional.of(new Time(Math.max(0, now.minus(duration).toEpochMilli())));
    }

    private static Optional<StartPoint> time(String text, ZoneId zone) {
        return instant(text, Instant::parse)
                .or(() -> instant(text, t -> LocalDateTime.parse(t).atZone(zone).toInstant()))
                .or(() ->
                        instant(text, t -> LocalDate.parse(t).atStartOfDay(zone).toInstant()))
                .map(instant -> new Time(instant.toEpochMilli()));
    }

    private static Optional<Instant> instant(String text, Function<String, Instant> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
