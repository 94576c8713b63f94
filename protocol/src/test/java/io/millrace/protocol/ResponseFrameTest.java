package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ResponseHeader;
import org.junit.jupiter.api.Test;

class ResponseFrameTest {
    private static final RequestHeader REQUEST = new RequestHeader(ApiKeys.FETCH, (short) 13, (short) 13, 99, "c");

    @Test
    void recordsReachTheWriterAsTheyAre() {
        MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.allocate(1000));
        ResponseFrame frame = new ResponseFrame(REQUEST, fetched(records));
        Collected collected = new Collected(ByteBuffer.allocate(frame.totalSize()));

        frame.writeTo(collected);

        assertThat(collected.records).containsExactly(records);
        assertThat(collected.buffer().position()).isEqualTo(frame.sizeExcludingZeroCopy());
        assertThat(frame.totalSize()).isEqualTo(frame.sizeExcludingZeroCopy() + 1000);
        assertThat(collected.buffer().getInt(0)).isEqualTo(frame.totalSize() - 4);
    }

    @Test
    void clientsCanReadIt() {
        ResponseFrame frame = new ResponseFrame(REQUEST, fetched(MemoryRecords.EMPTY));
        ByteBuffer bytes = ByteBuffer.allocate(frame.totalSize());
        frame.writeTo(new Collected(bytes));

        bytes.flip().position(4);
        assertThat(ResponseHeader.parse(bytes, ApiKeys.FETCH.responseHeaderVersion((short) 13))
                        .correlationId())
                .isEqualTo(99);
        assertThat(new FetchResponseData(new ByteBufferAccessor(bytes), (short) 13)
                        .responses()
                        .getFirst()
                        .partitions()
                        .getFirst()
                        .partitionIndex())
                .isEqualTo(3);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    private static FetchResponseData fetched(BaseRecords records) {
        FetchableTopicResponse topic = new FetchableTopicResponse();
        topic.partitions().add(new PartitionData().setPartitionIndex(3).setRecords(records));
        FetchResponseData response = new FetchResponseData();
        response.responses().add(topic);
        return response;
    }

    private static final class Collected extends ByteBufferAccessor {
        private final List<BaseRecords> records = new ArrayList<>();

        Collected(ByteBuffer buffer) {
            super(buffer);
        }

        @Override
        public void writeRecords(BaseRecords added) {
            records.add(added);
        }
    }
}
