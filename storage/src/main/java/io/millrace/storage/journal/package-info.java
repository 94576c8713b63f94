/**
 * The journal of a log directory: a copy of small appends of many logs in one file, forced once instead of every log's own file.
 *
 * <pre>
 * {@link io.millrace.storage.journal.JournalFormatV1}   the bytes
 * {@link io.millrace.storage.journal.JournalFile}       one file being written
 * {@link io.millrace.storage.journal.JournalReader}     what a file holds, up to where it was torn
 * {@link io.millrace.storage.journal.JournalEntry}      the end of one log, as far as it was not on disk otherwise
 * </pre>
 */
@NullMarked
package io.millrace.storage.journal;

import org.jspecify.annotations.NullMarked;
