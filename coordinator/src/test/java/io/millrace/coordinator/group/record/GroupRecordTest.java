package io.millrace.coordinator.group.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.group.record.GroupMetadataValue.MemberMetadata;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random contents, both ways, against the classes that Kafka generates from its own schemas. */
class GroupRecordTest {
    private static final int ROUNDS = 500;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @ParameterizedTest
    @ValueSource(shorts = {0, 1, 2, 3, 4})
    void committedOffsetIsWhatKafkaWritesAndReads(short version) {
        for (int i = 0; i < ROUNDS; i++) {
            OffsetCommitValue ours = offset(version);
            ByteBuffer kafkas = MessageUtil.toVersionPrefixedByteBuffer(version, kafkaOffset(ours));

            assertThat(ours.write(version)).as("seed %d", seed).isEqualTo(kafkas);
            assertThat(OffsetCommitValue.read(kafkas)).as("seed %d", seed).isEqualTo(ours);
            assertThat(readByKafka(ours.write(version))).as("seed %d", seed).isEqualTo(kafkaOffset(ours));
        }
    }

    @ParameterizedTest
    @ValueSource(shorts = {0, 1, 2, 3, 4})
    void groupIsWhatKafkaWritesAndReads(short version) {
        for (int i = 0; i < ROUNDS; i++) {
            GroupMetadataValue ours = group(version);
            ByteBuffer kafkas = MessageUtil.toVersionPrefixedByteBuffer(version, kafkaGroup(ours, version));

            assertThat(ours.write(version)).as("seed %d", seed).isEqualTo(kafkas);
            assertThat(GroupMetadataValue.read(kafkas)).as("seed %d", seed).isEqualTo(ours);
        }
    }

    @Test
    void keysAreWhatKafkaWrites() {
        String group = text();
        String topic = text();
        int partition = random.nextInt();
        ByteBuffer offsetKey = MessageUtil.toCoordinatorTypePrefixedByteBuffer(
                new org.apache.kafka.coordinator.group.generated.OffsetCommitKey()
                        .setGroup(group)
                        .setTopic(topic)
                        .setPartition(partition));
        ByteBuffer groupKey = MessageUtil.toCoordinatorTypePrefixedByteBuffer(
                new org.apache.kafka.coordinator.group.generated.GroupMetadataKey().setGroup(group));

        assertThat(new OffsetCommitKey(group, topic, partition).write()).isEqualTo(offsetKey);
        assertThat(new GroupMetadataKey(group).write()).isEqualTo(groupKey);
    }

    @Test
    void keysOfBothVersionsAreRead() {
        OffsetCommitKey key = new OffsetCommitKey("g", "t", 3);

        assertThat(GroupRecord.read(key.write((short) 0), null)).contains(new GroupRecord.Offset(key, null));
        assertThat(GroupRecord.read(key.write((short) 1), null)).contains(new GroupRecord.Offset(key, null));
    }

    @Test
    void offsetsAreWrittenInTheNewestVersionUnlessTheyExpireByThemselves() {
        OffsetCommitValue lasting = new OffsetCommitValue(1, 2, "m", 3, OffsetCommitValue.NONE, Uuid.randomUuid());
        OffsetCommitValue expiring = new OffsetCommitValue(1, -1, "m", 3, 4, Uuid.ZERO_UUID);

        assertThat(lasting.write().getShort(0)).isEqualTo((short) 4);
        assertThat(expiring.write().getShort(0)).isEqualTo((short) 1);
    }

    @Test
    void unknownTaggedFieldsAreSkipped() {
        ByteBuffer value = new FieldWriter()
                .int16(4)
                .int64(7)
                .int32(1)
                .string("m", true)
                .int64(2)
                .unsignedVarint(2)
                .unsignedVarint(0)
                .unsignedVarint(16)
                .uuid(Uuid.ONE_UUID)
                .unsignedVarint(9)
                .unsignedVarint(2)
                .int16(5)
                .done();

        assertThat(OffsetCommitValue.read(value))
                .isEqualTo(new OffsetCommitValue(7, 1, "m", 2, OffsetCommitValue.NONE, Uuid.ONE_UUID));
    }

    @Test
    void unknownKindsAreLeftAlone() {
        assertThat(GroupRecord.read(ByteBuffer.wrap(new byte[] {0, 3, 1, 2}), null))
                .isEmpty();
    }

    @Test
    void anyCutOfARecordIsRefused() {
        ByteBuffer whole = group((short) 4).write((short) 4);
        for (int length = 0; length < whole.remaining(); length++) {
            ByteBuffer cut = whole.duplicate().limit(length).slice();
            assertThatThrownBy(() -> GroupMetadataValue.read(cut))
                    .as("seed %d, %d bytes", seed, length)
                    .isInstanceOf(MalformedRecordException.class);
        }
    }

    @Test
    void randomBytesAreReadOrRefusedButNeverBelieved() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 1) {
                bytes[0] = 0;
                bytes[1] = (byte) random.nextInt(5);
            }
            try {
                GroupRecord.read(new GroupMetadataKey("g").write(), ByteBuffer.wrap(bytes));
            } catch (MalformedRecordException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageMatching("(?s).+");
            }
        }
    }

    private static org.apache.kafka.coordinator.group.generated.OffsetCommitValue readByKafka(ByteBuffer value) {
        short version = value.getShort();
        return new org.apache.kafka.coordinator.group.generated.OffsetCommitValue(
                new ByteBufferAccessor(value), version);
    }

    private OffsetCommitValue offset(short version) {
        return new OffsetCommitValue(
                random.nextLong(),
                version >= 3 ? random.nextInt() : OffsetCommitValue.NONE,
                text(),
                random.nextLong(),
                version == 1 ? random.nextLong() : OffsetCommitValue.NONE,
                version >= 4 && random.nextBoolean() ? Uuid.randomUuid() : Uuid.ZERO_UUID);
    }

    private static org.apache.kafka.coordinator.group.generated.OffsetCommitValue kafkaOffset(OffsetCommitValue ours) {
        return new org.apache.kafka.coordinator.group.generated.OffsetCommitValue()
                .setOffset(ours.offset())
                .setLeaderEpoch(ours.leaderEpoch())
                .setMetadata(ours.metadata())
                .setCommitTimestamp(ours.commitTimestampMs())
                .setExpireTimestamp(ours.expireTimestampMs())
                .setTopicId(ours.topicId());
    }

    private GroupMetadataValue group(short version) {
        return new GroupMetadataValue(
                text(),
                random.nextInt(),
                textOrNull(),
                textOrNull(),
                version >= 2 ? random.nextLong() : GroupMetadataValue.NO_TIMESTAMP,
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> member(version))
                        .toList());
    }

    private MemberMetadata member(short version) {
        int sessionTimeoutMs = random.nextInt(1_000_000);
        return new MemberMetadata(
                text(),
                version >= 3 ? textOrNull() : null,
                text(),
                text(),
                version >= 1 ? random.nextInt(1_000_000) : sessionTimeoutMs,
                sessionTimeoutMs,
                blob(),
                blob());
    }

    private static Message kafkaGroup(GroupMetadataValue ours, short version) {
        List<org.apache.kafka.coordinator.group.generated.GroupMetadataValue.MemberMetadata> members =
                ours.members().stream()
                        .map(member ->
                                new org.apache.kafka.coordinator.group.generated.GroupMetadataValue.MemberMetadata()
                                        .setMemberId(member.memberId())
                                        .setGroupInstanceId(member.groupInstanceId())
                                        .setClientId(member.clientId())
                                        .setClientHost(member.clientHost())
                                        .setRebalanceTimeout(version >= 1 ? member.rebalanceTimeoutMs() : -1)
                                        .setSessionTimeout(member.sessionTimeoutMs())
                                        .setSubscription(member.subscription().bytes())
                                        .setAssignment(member.assignment().bytes()))
                        .toList();
        return new org.apache.kafka.coordinator.group.generated.GroupMetadataValue()
                .setProtocolType(ours.protocolType())
                .setGeneration(ours.generation())
                .setProtocol(ours.protocol())
                .setLeader(ours.leader())
                .setCurrentStateTimestamp(ours.stateTimestampMs())
                .setMembers(members);
    }

    private String text() {
        int length = random.nextInt(random.nextInt(10) == 0 ? 500 : 12);
        return Objects.requireNonNull(Stream.generate(() -> random.nextBoolean() ? "ä€x" : "k")
                .limit(length)
                .reduce("", String::concat));
    }

    private @Nullable String textOrNull() {
        return random.nextInt(3) == 0 ? null : text();
    }

    private Blob blob() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return Blob.of(bytes);
    }
}
