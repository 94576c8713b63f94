package io.millrace.storage.journal;

import java.nio.ByteBuffer;
import org.apache.kafka.common.TopicIdPartition;

/**
 * Bytes of a log's segment.
 *
 * @param partition whose log it is
 * @param segmentBaseOffset which segment
 * @param position where in the segment's file they lie
 * @param endOffset offset after the last of them
 * @param bytes whole batches
 */
public record JournalEntry(
        TopicIdPartition partition, long segmentBaseOffset, int position, long endOffset, ByteBuffer bytes) {}
