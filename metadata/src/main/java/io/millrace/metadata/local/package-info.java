/**
 * The metadata log of a single node: files in {@code DATA/meta}.
 *
 * <pre>
 * submit -> queue -> {@link io.millrace.metadata.local.LocalMetadataLog}'s thread: apply each, one write, one force
 *        -> listeners and futures, in order; now and then a snapshot and a new command file
 *
 * identity                      who this node is, written once
 * commands-VERSION.log          the commands that follow image VERSION
 * snapshot-VERSION.image        the whole image
 * lock                          held while the log is open
 * </pre>
 *
 * A snapshot is there before the command file that starts from it, and that one before anything older goes: a crash at any
 * point leaves an image and all that follows it.
 */
@NullMarked
package io.millrace.metadata.local;

import org.jspecify.annotations.NullMarked;
