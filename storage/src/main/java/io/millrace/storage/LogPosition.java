package io.millrace.storage;

/**
 * An offset together with where it lies, so that a read up to it needs no look-up.
 *
 * @param offset the offset of the next record
 * @param segmentBaseOffset first offset of the segment that holds it
 * @param position byte position in that segment's file
 */
public record LogPosition(long offset, long segmentBaseOffset, int position) {}
