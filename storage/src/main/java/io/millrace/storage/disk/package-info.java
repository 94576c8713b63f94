/**
 * The port to the file system.
 *
 * <pre>
 * {@link io.millrace.storage.disk.Disk}         what the log engine asks of a disk; tests put a simulated one in its place
 * {@link io.millrace.storage.disk.FileDisk}     the real one
 * {@link io.millrace.storage.disk.CheckedFile}  a small file of our own: magic, version, checksum; replaced as a whole
 * {@link io.millrace.storage.disk.OpenFiles}    the files open for reading, bounded; each a {@link io.millrace.storage.disk.SharedFile}
 * </pre>
 */
@NullMarked
package io.millrace.storage.disk;

import org.jspecify.annotations.NullMarked;
