/**
 * A file system in memory that can crash, and workers that a test drives by hand.
 *
 * <pre>
 * {@link io.millrace.storage.sim.SimDisk}        names and files; what was not made durable may be lost in a crash, wholly or in part
 * {@link io.millrace.storage.sim.ManualWorkers}  one thread plays all workers, in an order that a seed decides
 * </pre>
 */
@NullMarked
package io.millrace.storage.sim;

import org.jspecify.annotations.NullMarked;
