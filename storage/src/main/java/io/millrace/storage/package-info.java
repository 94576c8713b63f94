/**
 * The logs of one broker on its disks.
 *
 * <pre>
 * {@link io.millrace.storage.LogStore}      all log directories: opens, deletes, describes
 * {@link io.millrace.storage.PartitionLog}  one partition: append (queued to its directory's appender thread), read (any thread)
 * {@link io.millrace.storage.LogSlice}      what a read gives: a range of a segment's file, ready for sendfile
 * </pre>
 *
 * Batches lie in the segments byte for byte as they were produced, in Kafka's format v2 and under Kafka's file names.
 */
@NullMarked
package io.millrace.storage;

import org.jspecify.annotations.NullMarked;
