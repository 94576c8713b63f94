package io.millrace.metadata.config;

import java.util.Comparator;
import java.util.stream.Stream;

/** Finds the key somebody may have meant. */
final class Spelling {
    private Spelling() {}

    /** "; did you mean X?", or nothing if no key is near. */
    static String hint(String name) {
        Stream<String> known = Stream.concat(
                BrokerConfigs.catalogue().keys().stream().map(ConfigKey::name), KafkaBrokerKeys.names().stream());
        int far = Math.max(2, name.length() / 4);
        return known.min(Comparator.comparingInt((String key) -> distance(name, key))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(key -> distance(name, key) <= far)
                .map(key -> "; did you mean " + key + "?")
                .orElse("");
    }

    /** Levenshtein's: how many characters to insert, remove or replace. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
