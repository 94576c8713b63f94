package io.millrace.coordinator.group;

import io.millrace.coordinator.group.GroupCommand.ListAll;
import io.millrace.coordinator.group.GroupState.Dead;
import io.millrace.coordinator.group.GroupState.Stable;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** DescribeGroups, versions 0 to 6, and ListGroups, versions 0 to 5: what tools see of groups. Reads only. */
final class Descriptions {
    private static final int FIRST_WITH_NOT_FOUND = 6;
    private static final String CLASSIC = "classic";

    private Descriptions() {}

    static DescribedGroup describe(@Nullable ClassicGroup group, String groupId, short version) {
        return group == null ? dead(groupId, version) : describe(group);
    }

    private static DescribedGroup dead(String groupId, short version) {
        DescribedGroup dead = new DescribedGroup().setGroupId(groupId).setGroupState(new Dead().label());
        return version < FIRST_WITH_NOT_FOUND
                ? dead
                : dead.setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                        .setErrorMessage("Group " + groupId + " not found.");
    }

    private static DescribedGroup describe(ClassicGroup group) {
        boolean isStable = group.state() instanceof Stable;
        String protocol = group.protocol();
        List<DescribedGroupMember> members = group.members().all().stream()
                .map(member -> isStable
                        ? describe(member)
                                .setMemberMetadata(member.metadata(protocol).bytes())
                        : describe(member))
                .toList();
        String protocolType = group.protocolType();
        return new DescribedGroup()
                .setGroupId(group.groupId())
                .setGroupState(group.state().label())
                .setProtocolType(protocolType == null ? "" : protocolType)
                .setProtocolData(isStable && protocol != null ? protocol : "")
                .setMembers(members);
    }

    private static DescribedGroupMember describe(Member member) {
        return new DescribedGroupMember()
                .setMemberId(member.memberId())
                .setGroupInstanceId(member.groupInstanceId())
                .setClientId(member.clientId())
                .setClientHost(member.clientHost())
                .setMemberAssignment(member.assignment().bytes());
    }

    static List<ListedGroup> list(GroupStore store, ListAll filters) {
        if (!filters.types().isEmpty() && !filters.types().contains(CLASSIC)) {
            return List.of();
        }
        return store.groups().stream()
                .filter(group -> filters.states().isEmpty()
                        || filters.states().contains(group.state().label().toLowerCase(Locale.ROOT)))
                .map(Descriptions::list)
                .toList();
    }

    private static ListedGroup list(ClassicGroup group) {
        String protocolType = group.protocolType();
        return new ListedGroup()
                .setGroupId(group.groupId())
                .setProtocolType(protocolType == null ? "" : protocolType)
                .setGroupState(group.state().label())
                .setGroupType(CLASSIC);
    }
}
