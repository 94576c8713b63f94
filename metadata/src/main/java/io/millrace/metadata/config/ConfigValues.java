package io.millrace.metadata.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values that hold, by key and type; parsed when asked for, so keep what you need often. Immutable.
 *
 * <p>Asking for a key without value, or as a type it does not have, is a bug and throws.
 */
public final class ConfigValues {
    private final Function<String, @Nullable Object> values;

    ConfigValues(Function<String, @Nullable Object> values) {
        this.values = values;
    }

    public boolean bool(String key) {
        return (Boolean) require(key);
    }

    /** Also of a SHORT. */
    public int intValue(String key) {
        return Math.toIntExact(longValue(key));
    }

    /** Of any whole number. */
    public long longValue(String key) {
        return ((Number) require(key)).longValue();
    }

    public double doubleValue(String key) {
        return ((Number) require(key)).doubleValue();
    }

    public String string(String key) {
        return (String) require(key);
    }

    public List<String> list(String key) {
        return ((List<?>) require(key)).stream().map(String::valueOf).toList();
    }

    /** The value if there is one: some keys have neither value nor default. */
    public Optional<Object> find(String key) {
        return Optional.ofNullable(values.apply(key));
    }

    private Object require(String key) {
        return Objects.requireNonNull(values.apply(key), key);
    }

    /** What cannot be together in a broker's configuration. */
    void contradictions(List<String> found) {
        long queued = longValue(BrokerConfigs.QUEUED_MAX_REQUEST_BYTES);
        long largest = longValue(BrokerConfigs.SOCKET_REQUEST_MAX_BYTES);
        if (queued > 0 && queued < largest) {
            found.add(BrokerConfigs.QUEUED_MAX_REQUEST_BYTES + "=" + queued + " must be -1 or at least "
                    + BrokerConfigs.SOCKET_REQUEST_MAX_BYTES + "=" + largest);
        }
        long shortest = longValue(BrokerConfigs.GROUP_MIN_SESSION_TIMEOUT_MS);
        long longest = longValue(BrokerConfigs.GROUP_MAX_SESSION_TIMEOUT_MS);
        if (shortest > longest) {
            found.add(BrokerConfigs.GROUP_MIN_SESSION_TIMEOUT_MS + "=" + shortest + " must be at most "
                    + BrokerConfigs.GROUP_MAX_SESSION_TIMEOUT_MS + "=" + longest);
        }
    }
}
