package io.millrace.coordinator;

import org.apache.kafka.common.protocol.Errors;

/** What a client hears when an append to the internal topic failed: Kafka's table for all its coordinators. */
final class AppendErrors {
    private AppendErrors() {}

    static Errors toClient(Throwable failure) {
        return toClient(
                failure instanceof NotAppendedException refused ? refused.error() : Errors.forException(failure));
    }

    static Errors toClient(Errors append) {
        return switch (append) {
            case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND, REQUEST_TIMED_OUT ->
                Errors.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH, KAFKA_STORAGE_ERROR -> Errors.NOT_COORDINATOR;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE -> Errors.UNKNOWN_SERVER_ERROR;
            default -> append;
        };
    }
}
