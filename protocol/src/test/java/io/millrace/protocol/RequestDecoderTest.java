package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ApiRegistry.VersionRange;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;

class RequestDecoderTest {
    private final RequestDecoder decoder = new RequestDecoder(new ApiRegistry(List.of(
            VersionRange.of(ApiKeys.PRODUCE, (short) 3, (short) 13),
            VersionRange.of(ApiKeys.METADATA, (short) 0, (short) 13),
            VersionRange.of(ApiKeys.API_VERSIONS, (short) 0, (short) 5))));

    @Test
    void decodesHeaderAndBody() {
        MetadataRequestData body = new MetadataRequestData().setAllowAutoTopicCreation(false);

        ApiRequest request = decoder.decode(frame(ApiKeys.METADATA, (short) 9, "client", body));

        assertThat(request.header().key()).isEqualTo(ApiKeys.METADATA);
        assertThat(request.header().apiVersion()).isEqualTo((short) 9);
        assertThat(request.header().correlationId()).isEqualTo(17);
        assertThat(request.header().clientId()).isEqualTo("client");
        assertThat(request.body()).isEqualTo(body);
    }

    @Test
    void aMissingClientIdIsEmpty() {
        ByteBuffer frame = ByteBuffer.allocate(14);
        frame.putShort(ApiKeys.METADATA.id).putShort((short) 1).putInt(17).putShort((short) -1);
        frame.putInt(-1).flip();

        assertThat(decoder.decode(frame).header().clientId()).isEmpty();
    }

    @Test
    void recordsAreASliceOfTheFrame() {
        ProduceRequestData body = new ProduceRequestData().setAcks((short) 1);
        TopicProduceData topic = new TopicProduceData().setName("t");
        topic.partitionData().add(new PartitionProduceData().setRecords(MemoryRecords.readableRecords(bytes(100))));
        body.topicData().add(topic);
        ByteBuffer frame = frame(ApiKeys.PRODUCE, (short) 9, "c", body);

        ProduceRequestData decoded = (ProduceRequestData) decoder.decode(frame).body();

        MemoryRecords records = (MemoryRecords)
                decoded.topicData().iterator().next().partitionData().getFirst().records();
        assertThat(records.sizeInBytes()).isEqualTo(100);
        ByteBuffer before = ByteBuffer.allocate(frame.limit()).put(0, frame, 0, frame.limit());
        records.buffer().put(50, (byte) 1);
        assertThat(frame.duplicate().position(0)).isNotEqualTo(before);
    }

    @Test
    void aNewerApiVersionsIsLetThroughToBeAnsweredInVersion0() {
        ByteBuffer frame = frame(ApiKeys.API_VERSIONS, (short) 4, "c", new ApiVersionsRequestData());
        frame.putShort(2, (short) 77);

        ApiRequest request = decoder.decode(frame);

        assertThat(request.header().apiVersion()).isEqualTo((short) 77);
        assertThat(request.header().responseVersion()).isZero();
    }

    @Test
    void refusesKeysThatAreNotServed() {
        for (short key : new short[] {-1, 1, 400, Short.MAX_VALUE, Short.MIN_VALUE}) {
            ByteBuffer frame = frame(ApiKeys.METADATA, (short) 9, "c", new MetadataRequestData());
            frame.putShort(0, key);
            assertRefused(frame, "is not served");
        }
    }

    @Test
    void refusesVersionsThatAreNotServed() {
        for (short version : new short[] {-1, 14, Short.MAX_VALUE}) {
            ByteBuffer frame = frame(ApiKeys.METADATA, (short) 9, "c", new MetadataRequestData());
            frame.putShort(2, version);
            assertRefused(frame, "is not served");
        }
        ByteBuffer produce = frame(ApiKeys.PRODUCE, (short) 3, "c", new ProduceRequestData());
        produce.putShort(2, (short) 2);
        assertRefused(produce, "is not served");
    }

    @Test
    void refusesBytesBehindTheEnd() {
        ByteBuffer frame = frame(ApiKeys.METADATA, (short) 9, "c", new MetadataRequestData());
        ByteBuffer longer = ByteBuffer.allocate(frame.remaining() + 1)
                .put(frame)
                .put((byte) 0)
                .flip();

        assertRefused(longer, "1 bytes behind the end");
    }

    @Test
    void refusesTruncatedFramesOfAnyLength() {
        ByteBuffer frame = frame(ApiKeys.METADATA, (short) 9, "client", new MetadataRequestData());
        for (int length = 0; length < frame.limit(); length++) {
            assertRefused(frame.slice(0, length), "");
        }
    }

    @Test
    void refusesMoreArrayElementsThanARequestMayHave() {
        ByteBuffer frame = ByteBuffer.allocate(14 + 3 * BoundedReadable.ELEMENTS_MAX);
        frame.putShort(ApiKeys.METADATA.id).putShort((short) 1).putInt(17).putShort((short) -1);
        frame.putInt(BoundedReadable.ELEMENTS_MAX + 1).position(0);

        assertRefused(frame, "");
    }

    @Test
    void advertisesProduceFromVersion0() {
        VersionRange produce = VersionRange.of(ApiKeys.PRODUCE, (short) 3, (short) 13);

        assertThat(produce.advertisedOldest()).isZero();
        assertThat(produce.contains((short) 2)).isFalse();
    }

    private void assertRefused(ByteBuffer frame, String why) {
        assertThatThrownBy(() -> decoder.decode(frame))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(why);
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.wrap(new byte[length]);
    }

    private static ByteBuffer frame(ApiKeys key, short version, String clientId, ApiMessage body) {
        RequestHeader header = new RequestHeader(key, version, clientId, 17);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int headerSize = header.data().size(cache, header.headerVersion());
        ByteBuffer frame = ByteBuffer.allocate(headerSize + body.size(cache, version));
        ByteBufferAccessor out = new ByteBufferAccessor(frame);
        header.data().write(out, cache, header.headerVersion());
        body.write(out, cache, version);
        return frame.flip();
    }
}
