/**
 * One segment of a log: its file of batches and the two indexes beside it, under Kafka's names and in Kafka's formats.
 *
 * <pre>
 * {@link io.millrace.storage.segment.SegmentWriter}  the appender's side: batches and index entries go in at the end
 * {@link io.millrace.storage.segment.Segment}        the readers' side: offset or time -> position
 * {@link io.millrace.storage.segment.BatchCursor}    walks over batch headers, for look-ups and recovery
 * {@link io.millrace.storage.segment.TransactionIndex}  the aborted transactions that end in it
 * {@link io.millrace.storage.segment.IndexFile}      a sorted file of fixed-width entries with its newest ones in memory
 * </pre>
 *
 * Nothing here owns a thread or knows a clock.
 */
@NullMarked
package io.millrace.storage.segment;

import org.jspecify.annotations.NullMarked;
