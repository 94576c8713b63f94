package io.millrace.metadata.config;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values a key may have, beyond its type. */
public sealed interface Range {
    /** For people: completes "allowed: ". Empty if the type says it all. */
    String allowed();

    /** What is wrong with a parsed value; null if nothing is. */
    @Nullable
    String problem(Object value);

    static Range any() {
        return new Any();
    }

    static Range atLeast(long least) {
        return new Numbers(least, Long.MAX_VALUE, null);
    }

    static Range between(long least, long most) {
        return new Numbers(least, most, null);
    }

    /** At least 1, or -1 for no limit. */
    static Range positiveOrUnlimited() {
        return new Numbers(1, Long.MAX_VALUE, -1L);
    }

    static Range oneOf(String... values) {
        return new OneOf(List.of(values));
    }

    static Range listOf(String... values) {
        return new ListOf(List.of(values));
    }

    static Range notEmpty() {
        return new NotEmpty();
    }

    /** Whatever its type allows. */
    record Any() implements Range {
        @Override
        public String allowed() {
            return "";
        }

        @Override
        public @Nullable String problem(Object value) {
            return null;
        }
    }

    /**
     * Whole numbers.
     *
     * @param exception a further value, with a meaning of its own
     */
    record Numbers(long least, long most, @Nullable Long exception) implements Range {
        @Override
        public String allowed() {
            String also = exception == null ? "" : ", or " + exception;
            return most == Long.MAX_VALUE ? "at least " + least + also : least + " to " + most + also;
        }

        @Override
        public @Nullable String problem(Object value) {
            long number = ((Number) value).longValue();
            if ((exception != null && number == exception) || (number >= least && number <= most)) {
                return null;
            }
            return "Value must be " + allowed();
        }
    }

    /** 0 to 1. */
    record Fraction() implements Range {
        @Override
        public String allowed() {
            return "0 to 1";
        }

        @Override
        public @Nullable String problem(Object value) {
            double number = ((Number) value).doubleValue();
            return number >= 0 && number <= 1 ? null : "Value must be " + allowed();
        }
    }

    /** One of these words. */
    record OneOf(List<String> values) implements Range {
        @Override
        public String allowed() {
            return String.join(", ", values);
        }

        @Override
        public @Nullable String problem(Object value) {
            return values.contains(value) ? null : "Value must be one of " + allowed();
        }
    }

    /** Any of these words, comma-separated; none at all too. */
    record ListOf(List<String> values) implements Range {
        @Override
        public String allowed() {
            return "any of " + String.join(", ", values);
        }

        @Override
        public @Nullable String problem(Object value) {
            return values.containsAll((List<?>) value) ? null : "Value must be " + allowed();
        }
    }

    /** A list of something. */
    record NotEmpty() implements Range {
        @Override
        public String allowed() {
            return "at least one";
        }

        @Override
        public @Nullable String problem(Object value) {
            return ((List<?>) value).isEmpty() ? "Value must be " + allowed() : null;
        }
    }

    /** Replicas, for replication quotas: '*' or partition:broker pairs. */
    record ThrottledReplicas() implements Range {
        private static final Pattern REPLICAS = Pattern.compile("\\*|(\\d+:\\d+(,\\d+:\\d+)*)?");

        @Override
        public String allowed() {
            return "'*', or PARTITION:BROKER,...";
        }

        @Override
        public @Nullable String problem(Object value) {
            String joined = String.join(
                    ",", ((List<?>) value).stream().map(String::valueOf).toList());
            return REPLICAS.matcher(joined).matches() ? null : "Value must be " + allowed();
        }
    }
}
