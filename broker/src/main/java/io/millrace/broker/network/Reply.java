package io.millrace.broker.network;

import io.millrace.storage.LogSlice;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** What a response holds besides memory. */
final class Reply {
    private Reply() {}

    /** Gives back the log slices of a response that is not, or not wholly, sent; more than once does no harm. */
    static void discard(@Nullable ApiMessage response) {
        if (response instanceof FetchResponseData fetch) {
            fetch.responses()
                    .forEach(topic -> topic.partitions().forEach(partition -> {
                        if (partition.records() instanceof LogSlice slice) {
                            slice.release();
                        }
                    }));
        }
    }
}
