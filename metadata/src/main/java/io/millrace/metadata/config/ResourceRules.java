package io.millrace.metadata.config;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What holds for changes of one resource.
 *
 * @param keys the key of a name; throws if there is none
 * @param values that hold before the change
 */
record ResourceRules(Function<String, ConfigKey> keys, ConfigValues values, Check check) {
    /** Throws if the change may not be. */
    interface Check {
        /** @param after the resource's own values after the change */
        void check(Map<String, String> set, List<String> remove, Map<String, String> after);
    }

    ConfigKey key(String name) {
        return keys.apply(name);
    }

    List<String> list(String name) {
        return values.list(name);
    }

    void check(Map<String, String> set, List<String> remove, Map<String, String> after) {
        check.check(set, remove, after);
    }
}
