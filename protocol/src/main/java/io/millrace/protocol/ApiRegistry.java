package io.millrace.protocol;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/** The API keys this broker serves, each with its range of versions. Immutable. */
public final class ApiRegistry {
    private final List<VersionRange> ranges;
    private final @Nullable VersionRange[] byKey;

    public ApiRegistry(Collection<VersionRange> ranges) {
        this.ranges = ranges.stream()
                .sorted(Comparator.comparingInt(range -> range.key().id))
                .toList();
        int highest = this.ranges.isEmpty() ? -1 : this.ranges.getLast().key().id;
        this.byKey = new VersionRange[highest + 1];
        for (VersionRange range : this.ranges) {
            if (byKey[range.key().id] != null) {
                throw new IllegalArgumentException("two handlers for " + range.key());
            }
            byKey[range.key().id] = range;
        }
    }

    /** In the order of the keys. */
    public List<VersionRange> ranges() {
        return ranges;
    }

    /** Null for a key that is not served. */
    public @Nullable VersionRange range(short apiKey) {
        return apiKey >= 0 && apiKey < byKey.length ? byKey[apiKey] : null;
    }

    /**
     * What is served of one key, both ends included.
     *
     * @param advertisedOldest what ApiVersions says; lower than {@code oldest} for Produce, because librdkafka takes a
     *     broker without Produce 0 for one that cannot compress (KAFKA-18659)
     */
    public record VersionRange(ApiKeys key, short oldest, short latest, short advertisedOldest) {
        public static VersionRange of(ApiKeys key, short oldest, short latest) {
            short advertised = key == ApiKeys.PRODUCE ? ApiKeys.PRODUCE_API_VERSIONS_RESPONSE_MIN_VERSION : oldest;
            return new VersionRange(key, oldest, latest, advertised);
        }

        public boolean contains(short version) {
            return version >= oldest && version <= latest;
        }
    }
}
