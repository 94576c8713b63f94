package io.millrace.storage.producer;

import org.apache.kafka.common.protocol.Errors;

/** What is to be done with a batch, as far as its producer's sequence decides. */
public sealed interface ProducerVerdict {
    /** It is what comes next. */
    record InOrder() implements ProducerVerdict {
        static final InOrder INSTANCE = new InOrder();
    }

    /** It is in the log already, with these offsets and largest timestamp. */
    record Duplicate(long baseOffset, long lastOffset, long timestampMs) implements ProducerVerdict {}

    /** It must not go in. */
    record Refused(Errors error, String message) implements ProducerVerdict {}
}
