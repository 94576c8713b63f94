package io.millrace.storage.producer;

/**
 * A producer as DescribeProducers shows it.
 *
 * @param lastSequence -1 without a batch of this epoch
 * @param coordinatorEpoch -1 if it never ended a transaction
 * @param transactionStart offset of the first record of its open transaction, -1 without one
 */
public record ActiveProducer(
        long producerId,
        short epoch,
        int lastSequence,
        long lastActiveMs,
        int coordinatorEpoch,
        long transactionStart) {}
