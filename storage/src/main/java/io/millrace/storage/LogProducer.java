package io.millrace.storage;

import io.millrace.storage.producer.ActiveProducer;

/**
 * A producer of a log, as DescribeProducers shows it.
 *
 * @param lastSequence -1 without a batch of this epoch
 * @param coordinatorEpoch -1 if it never ended a transaction
 * @param transactionStart offset of the first record of its open transaction, -1 without one
 */
public record LogProducer(
        long producerId,
        short epoch,
        int lastSequence,
        long lastActiveMs,
        int coordinatorEpoch,
        long transactionStart) {
    static LogProducer of(ActiveProducer active) {
        return new LogProducer(
                active.producerId(),
                active.epoch(),
                active.lastSequence(),
                active.lastActiveMs(),
                active.coordinatorEpoch(),
                active.transactionStart());
    }
}
