package io.millrace.coordinator.group.record;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record of {@code __consumer_offsets} that this version understands; without a value it is a tombstone. */
public sealed interface GroupRecord {
    /** A committed offset, or that there is none any more. */
    record Offset(OffsetCommitKey key, @Nullable OffsetCommitValue value) implements GroupRecord {
        @Override
        public ByteBuffer writeKey() {
            return key.write();
        }

        @Override
        public @Nullable ByteBuffer writeValue() {
            return value == null ? null : value.write();
        }
    }

    /** A generation of a group, or that there is no such group any more. */
    record Group(GroupMetadataKey key, @Nullable GroupMetadataValue value) implements GroupRecord {
        @Override
        public ByteBuffer writeKey() {
            return key.write();
        }

        @Override
        public @Nullable ByteBuffer writeValue() {
            return value == null ? null : value.write();
        }
    }

    ByteBuffer writeKey();

    @Nullable
    ByteBuffer writeValue();

    /** The type of a record: its key's version. */
    static short type(ByteBuffer key) {
        return new FieldReader(key.duplicate()).int16();
    }

    /**
     * Reads a record; empty for a type that is not known here.
     *
     * @throws MalformedRecordException if key or value are not what their versions say
     */
    static Optional<GroupRecord> read(ByteBuffer key, @Nullable ByteBuffer value) {
        FieldReader in = new FieldReader(key.duplicate());
        return switch (in.int16()) {
            case OffsetCommitKey.LEGACY_VERSION, OffsetCommitKey.VERSION ->
                Optional.of(new Offset(
                        OffsetCommitKey.read(in), value == null ? null : OffsetCommitValue.read(value.duplicate())));
            case GroupMetadataKey.VERSION ->
                Optional.of(new Group(
                        GroupMetadataKey.read(in), value == null ? null : GroupMetadataValue.read(value.duplicate())));
            default -> Optional.empty();
        };
    }
}
