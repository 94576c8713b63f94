package io.millrace.metadata;

import org.apache.kafka.common.protocol.Errors;

/** What applying a command came to. */
public sealed interface CommandResult {
    /** The image has changed as the command says. */
    record Done() implements CommandResult {}

    /** A block of producer ids: {@code first} to {@code first + count - 1}. */
    record ProducerIds(long first, int count) implements CommandResult {}

    /** The image is as it was. */
    record Refused(Errors error, String message) implements CommandResult {}
}
