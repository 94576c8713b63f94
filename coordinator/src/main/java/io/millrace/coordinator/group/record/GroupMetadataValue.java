package io.millrace.coordinator.group.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A generation of a classic group.
 *
 * <pre>
 *   version                    0  1  2  3  4
 *   int16   version            x  x  x  x  x
 *   string  protocol type      x  x  x  x  compact    empty: a simple group
 *   int32   generation         x  x  x  x  x
 *   string? protocol           x  x  x  x  compact
 *   string? leader             x  x  x  x  compact
 *   int64   state timestamp          x  x  x          ms; -1: not known
 *   array   members            x  x  x  x  compact
 *     string  member id        x  x  x  x  compact
 *     string? group instance id         x  compact
 *     string  client id        x  x  x  x  compact
 *     string  client host      x  x  x  x  compact
 *     int32   rebalance timeout   x  x  x  x          ms; before version 1 the session timeout stands for it
 *     int32   session timeout  x  x  x  x  x          ms
 *     bytes   subscription     x  x  x  x  compact
 *     bytes   assignment       x  x  x  x  compact
 *     tagged fields                        x
 *   tagged fields                          x
 * </pre>
 *
 * Kafka 4.4 writes version 3.
 */
public record GroupMetadataValue(
        String protocolType,
        int generation,
        @Nullable String protocol,
        @Nullable String leader,
        long stateTimestampMs,
        List<MemberMetadata> members) {
    public static final long NO_TIMESTAMP = -1;
    static final short HIGHEST_VERSION = 4;
    static final short VERSION = 3;

    public GroupMetadataValue {
        members = List.copyOf(members);
    }

    /** A member with what it brought and what it was given. */
    public record MemberMetadata(
            String memberId,
            @Nullable String groupInstanceId,
            String clientId,
            String clientHost,
            int rebalanceTimeoutMs,
            int sessionTimeoutMs,
            Blob subscription,
            Blob assignment) {
        static final int NO_TIMEOUT = -1;

        private void write(FieldWriter out, short version) {
            boolean compact = version >= 4;
            out.string(memberId, compact);
            if (version >= 3) {
                out.string(groupInstanceId, compact);
            }
            out.string(clientId, compact).string(clientHost, compact);
            if (version >= 1) {
                out.int32(rebalanceTimeoutMs);
            }
            out.int32(sessionTimeoutMs).bytes(subscription, compact).bytes(assignment, compact);
            if (compact) {
                out.unsignedVarint(0);
            }
        }

        private static MemberMetadata read(FieldReader in, short version) {
            boolean compact = version >= 4;
            String memberId = in.string(compact);
            String groupInstanceId = version >= 3 ? in.nullableString(compact) : null;
            String clientId = in.string(compact);
            String clientHost = in.string(compact);
            int rebalanceTimeoutMs = version >= 1 ? in.int32() : NO_TIMEOUT;
            int sessionTimeoutMs = in.int32();
            Blob subscription = in.bytes(compact);
            Blob assignment = in.bytes(compact);
            if (compact) {
                in.skipTaggedFields();
            }
            return new MemberMetadata(
                    memberId,
                    groupInstanceId,
                    clientId,
                    clientHost,
                    rebalanceTimeoutMs == NO_TIMEOUT ? sessionTimeoutMs : rebalanceTimeoutMs,
                    sessionTimeoutMs,
                    subscription,
                    assignment);
        }
    }

    ByteBuffer write() {
        return write(VERSION);
    }

    ByteBuffer write(short version) {
        boolean compact = version >= 4;
        FieldWriter out = new FieldWriter().int16(version);
        out.string(protocolType, compact).int32(generation);
        out.string(protocol, compact).string(leader, compact);
        if (version >= 2) {
            out.int64(stateTimestampMs);
        }
        out.arraySize(members.size(), compact);
        members.forEach(member -> member.write(out, version));
        if (compact) {
            out.unsignedVarint(0);
        }
        return out.done();
    }

    /** @throws MalformedRecordException unless it is a whole value of a known version */
    static GroupMetadataValue read(ByteBuffer value) {
        FieldReader in = new FieldReader(value);
        short version = in.int16();
        if (version < 0 || version > HIGHEST_VERSION) {
            throw new MalformedRecordException("a group of unknown version " + version);
        }
        boolean compact = version >= 4;
        String protocolType = in.string(compact);
        int generation = in.int32();
        String protocol = in.nullableString(compact);
        String leader = in.nullableString(compact);
        long stateTimestampMs = version >= 2 ? in.int64() : NO_TIMESTAMP;
        List<MemberMetadata> members = new ArrayList<>();
        for (int left = in.arraySize(compact); left > 0; left--) {
            members.add(MemberMetadata.read(in, version));
        }
        if (compact) {
            in.skipTaggedFields();
        }
        return new GroupMetadataValue(protocolType, generation, protocol, leader, stateTimestampMs, members);
    }
}
