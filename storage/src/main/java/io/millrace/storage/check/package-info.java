/**
 * What must hold between the files of a log, as checks that are shown batch after batch. They own no thread and no clock, keep no
 * more than the place where they are, and change nothing.
 *
 * <pre>
 * {@link io.millrace.storage.check.SegmentCheck}      walks over one segment and shows each batch to
 * {@link io.millrace.storage.check.BatchOrder}        offsets and leader epochs, from the first segment to the last
 * {@link io.millrace.storage.check.OffsetIndexCheck}  every entry leads to the batch it names
 * {@link io.millrace.storage.check.TimeIndexCheck}    every entry is the largest timestamp up to its batch
 * {@link io.millrace.storage.check.AbortedCheck}      every entry is a transaction that was aborted there
 * {@link io.millrace.storage.check.RecordsCheck}      the records in a batch are what its header says
 * </pre>
 */
@NullMarked
package io.millrace.storage.check;

import org.jspecify.annotations.NullMarked;
