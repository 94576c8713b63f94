package io.millrace.broker.api;

import io.millrace.replication.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** Opens the logs a request needs. Not thread-safe. */
final class OpenLogs {
    private List<CompletableFuture<?>> opening = List.of();

    /** This one is needed, if it is led here at all. */
    void add(@Nullable Partition partition) {
        if (partition == null || partition.logIfOpen() != null || partition.check(-1) != Errors.NONE) {
            return;
        }
        if (opening.isEmpty()) {
            opening = new ArrayList<>();
        }
        opening.add(partition.log());
    }

    /**
     * Runs this when every log has been tried, which mostly is at once; those that failed are still closed then, and are
     * answered with KAFKA_STORAGE_ERROR.
     */
    void whenTried(RequestContext context, Runnable then) {
        if (opening.isEmpty()) {
            then.run();
        } else {
            var _ = CompletableFuture.allOf(opening.toArray(CompletableFuture[]::new))
                    .whenComplete((_, _) -> context.eventLoop().execute(then));
        }
    }
}
