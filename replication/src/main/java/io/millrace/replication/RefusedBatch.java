package io.millrace.replication;

import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/**
 * Why a producer's batch may not enter the log.
 *
 * @param recordErrors the records at fault, empty if it is the batch as a whole (KIP-467)
 */
public record RefusedBatch(Errors error, String message, List<RecordError> recordErrors) {
    public RefusedBatch {
        recordErrors = List.copyOf(recordErrors);
    }

    static RefusedBatch of(Errors error, String message) {
        return new RefusedBatch(error, message, List.of());
    }

    /** @param batchIndex the record's place in its batch, from 0 */
    public record RecordError(int batchIndex, String message) {}
}
