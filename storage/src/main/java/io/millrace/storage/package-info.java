/**
 * The logs of one broker on its disks.
 *
 * <pre>
 * {@link io.millrace.storage.LogDirectories}  opens a {@link io.millrace.storage.LogStore} over one or more directories
 * {@link io.millrace.storage.LogStore}        all log directories: opens, deletes, describes
 * {@link io.millrace.storage.PartitionLog}    one partition: append (queued to its directory's appender), read (any thread)
 * {@link io.millrace.storage.LogSlice}        what a read gives: a range of a segment's file, ready for sendfile
 *
 * append -> Appender (one thread a directory)   LogWriter: check, give offsets, write, tell
 *              -> Flusher (one thread)          LogFlush: force what is new, once for all who wait, tell
 *              -> Keeper (one thread)           checkpoint, producer snapshots, log starts, removal of files
 * read   -> LogReader, TimeSearch               any thread, over an immutable {@code SegmentList} and a limit
 * open   -> LogLoader                           recovery from the checkpoint on
 * </pre>
 *
 * Batches lie in the segments byte for byte as they were produced, in Kafka's format v2 and under Kafka's file names. Our own
 * {@code checkpoint} file tells for each log where it begins, up to where it and its index are on disk, and its leader epochs.
 */
@NullMarked
package io.millrace.storage;

import org.jspecify.annotations.NullMarked;
