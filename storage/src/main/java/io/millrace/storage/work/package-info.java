/**
 * Threads, and how work reaches them.
 *
 * <pre>
 * {@link io.millrace.storage.work.Inbox}          many put in, one takes out, nobody waits
 * {@link io.millrace.storage.work.Worker}         repeats a step while there is something to do; woken when there is again
 * {@link io.millrace.storage.work.Workers}        makes them: threads, or whatever a test drives by hand
 * </pre>
 */
@NullMarked
package io.millrace.storage.work;

import org.jspecify.annotations.NullMarked;
