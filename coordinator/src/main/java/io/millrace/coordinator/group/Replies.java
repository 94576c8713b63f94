package io.millrace.coordinator.group;

import io.millrace.coordinator.group.record.Blob;
import java.util.List;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** The answers of the group protocol. */
final class Replies {
    /** A member id where the protocol has none to give. */
    static final String NO_MEMBER = "";

    private Replies() {}

    static JoinGroupResponseData joinError(String memberId, Errors error) {
        return new JoinGroupResponseData()
                .setMemberId(memberId)
                .setProtocolName(null)
                .setErrorCode(error.code());
    }

    /** The generation as it is; the leader learns who the members are. */
    static JoinGroupResponseData joined(ClassicGroup group, String memberId) {
        return joined(group, memberId, group.leader())
                .setMembers(group.isLeader(memberId) ? members(group) : List.of());
    }

    /** The generation as it is, without members, with somebody named as leader. */
    static JoinGroupResponseData joined(ClassicGroup group, String memberId, @Nullable String leader) {
        return new JoinGroupResponseData()
                .setMemberId(memberId)
                .setGenerationId(group.generation())
                .setProtocolType(group.protocolType())
                .setProtocolName(group.protocol())
                .setLeader(leader == null ? NO_MEMBER : leader);
    }

    private static List<JoinGroupResponseMember> members(ClassicGroup group) {
        return group.members().all().stream()
                .map(member -> new JoinGroupResponseMember()
                        .setMemberId(member.memberId())
                        .setGroupInstanceId(member.groupInstanceId())
                        .setMetadata(member.metadata(group.protocol()).bytes()))
                .toList();
    }

    static SyncGroupResponseData syncError(Errors error) {
        return new SyncGroupResponseData().setErrorCode(error.code());
    }

    static SyncGroupResponseData synced(ClassicGroup group, Blob assignment) {
        return new SyncGroupResponseData()
                .setProtocolType(group.protocolType())
                .setProtocolName(group.protocol())
                .setAssignment(assignment.bytes());
    }

    static HeartbeatResponseData heartbeat(Errors error) {
        return new HeartbeatResponseData().setErrorCode(error.code());
    }

    static LeaveGroupResponseData leaveError(Errors error) {
        return new LeaveGroupResponseData().setErrorCode(error.code());
    }

    static MemberResponse left(String memberId, @Nullable String groupInstanceId, Errors error) {
        return new MemberResponse()
                .setMemberId(memberId)
                .setGroupInstanceId(groupInstanceId)
                .setErrorCode(error.code());
    }
}
