package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.replication.Replicas;
import java.util.List;
import java.util.function.Supplier;

/** The handlers of records: writing and reading them, and what producers and consumers need besides. */
public final class RecordApis {
    private RecordApis() {}

    /**
     * @param responseBytesMax fetch.max.bytes
     * @param sessionSlots max.incremental.fetch.session.cache.slots
     */
    public static List<ApiHandler<?>> handlers(
            int brokerId, MetadataLog metadata, Replicas replicas, int responseBytesMax, int sessionSlots) {
        Supplier<ClusterImage> image = metadata::image;
        return List.of(
                new ProduceHandler(replicas, image),
                new FetchHandler(replicas, new FetchSessions(sessionSlots), image, responseBytesMax),
                new ListOffsetsHandler(replicas),
                new OffsetForLeaderEpochHandler(replicas),
                new DeleteRecordsHandler(replicas),
                new DescribeProducersHandler(replicas),
                new InitProducerIdHandler(new ProducerIds(brokerId, metadata)));
    }
}
