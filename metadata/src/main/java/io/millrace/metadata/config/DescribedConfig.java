package io.millrace.metadata.config;

import java.util.List;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * One key of a resource as DescribeConfigs shows it.
 *
 * @param value as text; null if there is none or it is not to be seen
 * @param source of the value
 * @param synonyms all values that are set for it, the one that holds first, then what would hold without it
 */
public record DescribedConfig(
        ConfigKey key, @Nullable String value, ConfigSource source, boolean readOnly, List<Synonym> synonyms) {
    /** A value that is set somewhere. */
    public record Synonym(String name, @Nullable String value, ConfigSource source) {}

    static DescribedConfig of(ConfigKey key, @Nullable Object value, List<Synonym> synonyms) {
        String shown = value == null || key.sensitive() ? null : key.format(value);
        ConfigSource source = synonyms.isEmpty()
                ? ConfigSource.DEFAULT_CONFIG
                : synonyms.getFirst().source();
        return new DescribedConfig(key, shown, source, key.scope() == ConfigKey.Scope.READ_ONLY, List.copyOf(synonyms));
    }
}
