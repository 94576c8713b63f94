package io.millrace.metadata;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.pcollections.PMap;

/**
 * Where two images that follow each other may differ, so that who follows them looks at nothing else: with thousands of topics a
 * look at all of them for every change of one would be most of the work.
 *
 * @param topics names of topics that were made, changed or deleted
 * @param configs resources whose dynamic configuration was changed
 */
public record Touched(Set<String> topics, Set<ConfigResource> configs) {
    public static final Touched NOTHING = new Touched(Set.of(), Set.of());

    /** The difference of any two images, found by comparing all they hold. */
    public static Touched between(ClusterImage before, ClusterImage after) {
        return new Touched(differing(before.topics(), after.topics()), differing(before.configs(), after.configs()));
    }

    private static <K, V> Set<K> differing(PMap<K, V> before, PMap<K, V> after) {
        Set<K> differing = new HashSet<>();
        before.forEach((key, value) -> {
            if (!value.equals(after.get(key))) {
                differing.add(key);
            }
        });
        for (Map.Entry<K, V> entry : after.entrySet()) {
            if (!before.containsKey(entry.getKey())) {
                differing.add(entry.getKey());
            }
        }
        return differing;
    }
}
