/**
 * What a log remembers of its idempotent and transactional producers (KIP-98), decided as Kafka 4.4 decides it.
 *
 * <pre>
 * {@link io.millrace.storage.producer.ProducerStates}    every producer of one log: check a batch, then apply it
 * {@link io.millrace.storage.producer.ProducerVerdict}   in order, a duplicate, or why it is refused
 * {@link io.millrace.storage.producer.Verifications}     which transactional batches may come in (KIP-890)
 * {@link io.millrace.storage.producer.ProducerSnapshot}  all of it as a file, in Kafka's format
 * </pre>
 *
 * No thread, no clock, no file.
 */
@NullMarked
package io.millrace.storage.producer;

import org.jspecify.annotations.NullMarked;
