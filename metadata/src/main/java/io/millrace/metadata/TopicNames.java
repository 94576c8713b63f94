package io.millrace.metadata;

import io.millrace.metadata.Commands.Refusal;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;

/** Which names a new topic may have. */
final class TopicNames {
    /** Up to this many separators, all spellings of a name are looked up; beyond, all topics are looked at. */
    private static final int MAX_SEPARATORS_TO_SPELL_OUT = 6;

    private TopicNames() {}

    static void requireValid(String name) {
        try {
            Topic.validate(name);
        } catch (InvalidTopicException e) {
            throw new Refusal(Errors.INVALID_TOPIC_EXCEPTION, String.valueOf(e.getMessage()));
        }
    }

    /** Names that differ only by '.' and '_' would be one in metrics: Kafka does not let the second one be. */
    static void requireNoCollision(ClusterImage image, String name) {
        String other = collision(image.topics(), name);
        if (!other.isEmpty()) {
            throw new Refusal(
                    Errors.INVALID_TOPIC_EXCEPTION, "Topic '" + name + "' collides with existing topic: " + other);
        }
    }

    private static String collision(Map<String, ?> topics, String name) {
        if (!Topic.hasCollisionChars(name)) {
            return "";
        }
        long separators = name.chars().filter(TopicNames::isSeparator).count();
        if (separators <= MAX_SEPARATORS_TO_SPELL_OUT) {
            return spelling(topics, name.toCharArray(), 0);
        }
        return topics.keySet().stream()
                .filter(other -> other.length() == name.length() && Topic.hasCollision(name, other))
                .sorted()
                .findFirst()
                .orElse("");
    }

    /** The first existing topic among the spellings of the name, its characters from an index on being free to vary. */
    private static String spelling(Map<String, ?> topics, char[] name, int from) {
        int index = from;
        while (index < name.length && !isSeparator(name[index])) {
            index++;
        }
        if (index == name.length) {
            String spelled = new String(name);
            return topics.containsKey(spelled) ? spelled : "";
        }
        name[index] = '.';
        String dotted = spelling(topics, name, index + 1);
        if (!dotted.isEmpty()) {
            return dotted;
        }
        name[index] = '_';
        return spelling(topics, name, index + 1);
    }

    private static boolean isSeparator(int character) {
        return character == '.' || character == '_';
    }
}
