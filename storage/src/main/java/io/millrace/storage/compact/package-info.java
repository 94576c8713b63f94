/**
 * What log compaction does, without threads, clocks and files: it is told of a log's segments and shown its batches, and says
 * what to clean and what remains.
 *
 * <pre>
 * {@link io.millrace.storage.compact.CleanableLog}     which part of a log may be cleaned, and whether it is time to
 * {@link io.millrace.storage.compact.SegmentGroups}    which segments become one
 * {@link io.millrace.storage.compact.KeyOffsets}       the last offset of each key, in bounded memory
 * {@link io.millrace.storage.compact.Transactions}     which batches belong to aborted transactions, which markers are done with
 * {@link io.millrace.storage.compact.RecordRetention}   what remains of a batch
 * {@link io.millrace.storage.compact.BatchRewriter}    makes the batch that remains
 * </pre>
 *
 * Everything is done as Kafka's cleaner does it: KIP-58 and KIP-354 (lag), KIP-98 (transactions), KIP-534 (delete horizon).
 */
@NullMarked
package io.millrace.storage.compact;

import org.jspecify.annotations.NullMarked;
