package io.millrace.compat.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What two brokers that behave alike may answer differently, and nothing else.
 *
 * <p>Identities that a broker draws at random become symbols, numbered in the order in which they first appear, so that
 * the same identity in two places is still the same. Texts for people become a mark that there is one. The order of
 * objects in an array means nothing in these answers. All else stays as it came.
 */
final class PermittedDifferences {
    /** Random or handed out by the broker: equal when they stand in the same places. */
    private static final Set<String> IDENTITIES =
            Set.of("topicId", "memberId", "leader", "producerId", "sessionId", "directoryId");

    /** Addresses and places of the one process. */
    private static final Set<String> OF_THE_PROCESS =
            Set.of("port", "clusterId", "logDir", "totalBytes", "usableBytes");

    /** Sentences for people: that there is one is compared, its words are not. */
    private static final Set<String> TEXTS = Set.of("errorMessage", "batchIndexErrorMessage", "documentation");

    /** How long the broker asks to wait. */
    private static final String THROTTLE = "throttleTimeMs";

    /** UNKNOWN_SERVER_ERROR: what follows says nothing of how the request ought to be answered. */
    private static final int APACHE_KAFKA_ITSELF_FAILED = -1;

    /** Configurations of topics that only Millrace has. */
    private static final Set<String> OWN_CONFIGS = Set.of("durability");

    /** A new Apache Kafka cluster gives itself a value for min.insync.replicas (KIP-966), the one that is the default. */
    private static final Set<String> WHERE_FROM = Set.of("configSource", "synonyms");

    private static final Set<String> NO_IDENTITY = Set.of("", "-1", "0", "AAAAAAAAAAAAAAAAAAAAAA");

    private final Map<String, String> symbols = new HashMap<>();

    private PermittedDifferences() {}

    static JsonNode removed(ArrayNode transcript) {
        var rules = new PermittedDifferences();
        var result = JsonNodeFactory.instance.arrayNode();
        for (var answer : transcript) {
            result.add(rules.symbolised("", sorted(answer)));
        }
        return result;
    }

    /** Arrays of objects in the order of their contents, identities aside: those are not yet comparable. */
    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            var result = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(e -> result.set(e.getKey(), sorted(e.getValue())));
            return result;
        }
        if (!node.isArray()) {
            return node;
        }
        List<JsonNode> items = new ArrayList<>();
        node.forEach(item -> {
            if (!OWN_CONFIGS.contains(item.path("name").asText())) {
                items.add(sorted(item));
            }
        });
        if (items.stream().allMatch(JsonNode::isObject)) {
            items.sort(Comparator.comparing(
                    item -> new PermittedDifferences().blanked(item).toString()));
        }
        var result = JsonNodeFactory.instance.arrayNode();
        items.forEach(result::add);
        return result;
    }

    private JsonNode blanked(JsonNode node) {
        var copy = node.deepCopy();
        copy.findParents("topicId").forEach(p -> ((ObjectNode) p).remove("topicId"));
        copy.findParents("memberId").forEach(p -> ((ObjectNode) p).remove("memberId"));
        return symbolised("", copy);
    }

    private JsonNode symbolised(String field, JsonNode node) {
        if (node.isObject()) {
            var result = JsonNodeFactory.instance.objectNode();
            node.properties().stream()
                    .filter(e -> !e.getKey().equals(THROTTLE))
                    .forEach(e -> result.set(e.getKey(), symbolised(e.getKey(), e.getValue())));
            return result;
        }
        if (node.isArray()) {
            var result = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> result.add(symbolised(field, item)));
            return result;
        }
        return leaf(field, node);
    }

    private JsonNode leaf(String field, JsonNode value) {
        if (value.isNull()) {
            return value;
        }
        if (IDENTITIES.contains(field) && !NO_IDENTITY.contains(value.asText())) {
            var known = symbols.computeIfAbsent(value.asText(), v -> "<" + field + " " + (symbols.size() + 1) + ">");
            return TextNode.valueOf(known);
        }
        boolean someText = TEXTS.contains(field) && !value.asText().isEmpty();
        if (someText || OF_THE_PROCESS.contains(field)) {
            return TextNode.valueOf("<" + field + ">");
        }
        return value;
    }

    /** The places where the two differ, as {@code path: expected -> found}. */
    static List<String> between(JsonNode expected, JsonNode found) {
        var differences = new ArrayList<String>();
        compare("", expected, found, differences);
        return differences;
    }

    private static void compare(String path, JsonNode expected, JsonNode found, List<String> out) {
        if (expected.isObject() && found.isObject()) {
            if (expected.path("errorCode").asInt() == APACHE_KAFKA_ITSELF_FAILED) {
                return;
            }
            var names = new TreeSet<String>();
            expected.fieldNames().forEachRemaining(names::add);
            found.fieldNames().forEachRemaining(names::add);
            names.stream()
                    .filter(n -> !permitted(n, expected, found))
                    .forEach(n -> compare(path + "." + n, expected.path(n), found.path(n), out));
        } else if (expected.isArray() && found.isArray()) {
            for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
                compare(path + "[" + i + "]", expected.path(i), found.path(i), out);
            }
        } else if (!Objects.equals(expected, found)) {
            out.add(path + ": " + shown(expected) + " -> " + shown(found));
        }
    }

    /**
     * One-sided differences: a text where Apache Kafka has none; no log start offset with a refused batch; no append
     * time with a duplicate where the topic has no such times (Apache Kafka tells the batch's latest create time).
     */
    private static boolean permitted(String field, JsonNode expected, JsonNode found) {
        if (expected.path("name").asText().equals("min.insync.replicas") && WHERE_FROM.contains(field)) {
            return true;
        }
        boolean unsaid = found.path(field).asLong() == -1;
        return switch (field) {
            case "logAppendTimeMs" -> unsaid;
            case "logStartOffset" -> unsaid && expected.path("errorCode").asInt() != 0;
            default -> TEXTS.contains(field) && expected.path(field).isNull();
        };
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "(nothing)" : node.toString();
    }
}
