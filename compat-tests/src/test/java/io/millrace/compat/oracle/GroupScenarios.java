package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.DELETE_GROUPS;
import static org.apache.kafka.common.protocol.ApiKeys.DESCRIBE_GROUPS;
import static org.apache.kafka.common.protocol.ApiKeys.FIND_COORDINATOR;
import static org.apache.kafka.common.protocol.ApiKeys.HEARTBEAT;
import static org.apache.kafka.common.protocol.ApiKeys.JOIN_GROUP;
import static org.apache.kafka.common.protocol.ApiKeys.LEAVE_GROUP;
import static org.apache.kafka.common.protocol.ApiKeys.LIST_GROUPS;
import static org.apache.kafka.common.protocol.ApiKeys.SYNC_GROUP;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;

/** Groups of the classic protocol: joining, syncing, heartbeats, leaving, and what is told of groups. */
final class GroupScenarios {
    private GroupScenarios() {}

    static List<Scenario> all() {
        return Stream.of(coordinators(), joins(), refusedJoins(), syncs(), heartbeats(), leaves(), views())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> coordinators() {
        return List.of(
                Scenario.of(FIND_COORDINATOR, "of a group", e -> e.send(coordinator(e, 0, "warm-up-1"))),
                Scenario.of(FIND_COORDINATOR, "of the empty group", e -> e.send(coordinator(e, 0, ""))),
                Scenario.of(FIND_COORDINATOR, "of several groups", e -> {
                            e.send(coordinator(e, 0, "warm-up-1", "warm-up-2", "warm-up-1"));
                        })
                        .since(4),
                Scenario.of(FIND_COORDINATOR, "of nothing", e -> e.send(coordinator(e, 0)))
                        .since(4),
                Scenario.of(FIND_COORDINATOR, "kind that does not exist", e -> e.send(coordinator(e, 9, "x")))
                        .since(1));
    }

    private static FindCoordinatorRequestData coordinator(Exchange e, int type, String... keys) {
        var request = new FindCoordinatorRequestData().setKeyType((byte) type);
        return e.atLeast(4) ? request.setCoordinatorKeys(List.of(keys)) : request.setKey(keys[0]);
    }

    private static List<Scenario> joins() {
        return List.of(
                Scenario.of(JOIN_GROUP, "first member", e -> joined(e, joining(e, ""))),
                Scenario.of(JOIN_GROUP, "member that joins again unchanged", e -> {
                    var member = joined(e, joining(e, ""));
                    new Membership(e.name("g"), member, 1).settle(e);
                    e.send(joining(e, member));
                }),
                Scenario.of(JOIN_GROUP, "several protocols", e -> {
                    joined(e, joining(e, "").setProtocols(Membership.protocols("range", "roundrobin")));
                }),
                Scenario.of(JOIN_GROUP, "static member, and again", e -> {
                            var request = joining(e, "").setGroupInstanceId("one");
                            var answer = (JoinGroupResponseData) e.send(request.duplicate());
                            new Membership(e.name("g"), answer.memberId(), 1).settle(e);
                            e.send(request);
                            e.send(request.duplicate().setMemberId(answer.memberId()));
                        })
                        .since(5),
                Scenario.of(JOIN_GROUP, "protocol type that is not of consumers", e -> {
                    joined(e, joining(e, "").setProtocolType("connect"));
                }));
    }

    /** Joins as clients do: with an empty id, and if the broker asks for it, again with the one it gave. */
    private static String joined(Exchange e, JoinGroupRequestData request) throws IOException {
        var first = (JoinGroupResponseData) e.send(request.duplicate());
        if (first.errorCode() == 0) {
            return first.memberId();
        }
        return ((JoinGroupResponseData) e.send(request.setMemberId(first.memberId()))).memberId();
    }

    private static List<Scenario> refusedJoins() {
        return List.of(
                refusedJoin("empty group", r -> r.setGroupId("")),
                refusedJoin("unknown member", r -> r.setMemberId("nobody")),
                refusedJoin("session too short", r -> r.setSessionTimeoutMs(10)),
                refusedJoin("session too long", r -> r.setSessionTimeoutMs(Integer.MAX_VALUE)),
                refusedJoin("session negative", r -> r.setSessionTimeoutMs(-1)),
                refusedJoin("rebalance time-out of zero", r -> r.setRebalanceTimeoutMs(0)),
                refusedJoin("no protocols", r -> r.setProtocols(Membership.protocols())),
                refusedJoin("no protocol type", r -> r.setProtocolType("")),
                Scenario.of(
                                JOIN_GROUP,
                                "empty instance id",
                                e -> e.send(joining(e, "").setGroupInstanceId("")))
                        .since(5),
                Scenario.of(
                                JOIN_GROUP,
                                "invalid instance id",
                                e -> e.send(joining(e, "").setGroupInstanceId("a b")))
                        .since(5),
                Scenario.of(JOIN_GROUP, "no protocol in common", e -> {
                    Membership.stable(e, e.name("g"));
                    e.send(joining(e, "").setProtocols(Membership.protocols("roundrobin")));
                }),
                Scenario.of(JOIN_GROUP, "other protocol type", e -> {
                    Membership.stable(e, e.name("g"));
                    e.send(joining(e, "").setProtocolType("connect"));
                }),
                Scenario.of(JOIN_GROUP, "unknown member of a group that is there", e -> {
                    Membership.stable(e, e.name("g"));
                    e.send(joining(e, "nobody"));
                }),
                Scenario.of(JOIN_GROUP, "instance that is another member", e -> {
                            var request = joining(e, "").setGroupInstanceId("one");
                            e.send(request.duplicate());
                            e.send(request.setMemberId("nobody"));
                        })
                        .since(5));
    }

    private static Scenario refusedJoin(String name, UnaryOperator<JoinGroupRequestData> change) {
        return Scenario.of(JOIN_GROUP, name, e -> e.send(change.apply(joining(e, ""))));
    }

    /** As {@link Membership#joining}, at a version that may not know of a rebalance time-out. */
    private static JoinGroupRequestData joining(Exchange e, String member) {
        return Membership.joining(e.name("g"), member);
    }

    private static List<Scenario> syncs() {
        return List.of(
                Scenario.of(SYNC_GROUP, "leader assigns", e -> {
                    var member = Membership.joined(e, e.name("g"));
                    e.send(fitting(e, member.assigning()));
                    e.send(fitting(e, member.syncing()));
                }),
                Scenario.of(SYNC_GROUP, "nothing assigned", e -> {
                    e.send(fitting(e, Membership.joined(e, e.name("g")).syncing()));
                }),
                sync("unknown member", r -> r.setMemberId("nobody")),
                sync("generation of before", r -> r.setGenerationId(0)),
                sync("generation of later", r -> r.setGenerationId(9)),
                sync("other group", r -> r.setGroupId("no-such-group")),
                sync("empty group", r -> r.setGroupId("")),
                sync("empty member", r -> r.setMemberId("")),
                sync("unknown instance", r -> r.setGroupInstanceId("nobody")).since(3),
                sync("no protocol", r -> r.setProtocolType(null).setProtocolName(null))
                        .since(5),
                sync("wrong protocol type", r -> r.setProtocolType("connect").setProtocolName("range"))
                        .since(5),
                sync("wrong protocol name", r -> r.setProtocolType("consumer").setProtocolName("sticky"))
                        .since(5));
    }

    private static SyncGroupRequestData fitting(Exchange e, SyncGroupRequestData request) {
        return e.atLeast(5) ? Membership.named(request) : request;
    }

    private static Scenario sync(String name, UnaryOperator<SyncGroupRequestData> change) {
        return Scenario.of(SYNC_GROUP, name, e -> {
            e.send(change.apply(fitting(e, Membership.joined(e, e.name("g")).assigning())));
        });
    }

    private static List<Scenario> heartbeats() {
        return List.of(
                heartbeat("stable member", r -> r),
                heartbeat("generation of before", r -> r.setGenerationId(0)),
                heartbeat("generation of later", r -> r.setGenerationId(5)),
                heartbeat("unknown member", r -> r.setMemberId("nobody")),
                heartbeat("empty member", r -> r.setMemberId("")),
                heartbeat("other group", r -> r.setGroupId("no-such-group")),
                heartbeat("empty group", r -> r.setGroupId("")),
                heartbeat("unknown instance", r -> r.setGroupInstanceId("nobody"))
                        .since(3),
                Scenario.of(HEARTBEAT, "before the assignment", e -> {
                    e.send(heartbeat(Membership.joined(e, e.name("g"))));
                }));
    }

    private static Scenario heartbeat(String name, UnaryOperator<HeartbeatRequestData> change) {
        return Scenario.of(HEARTBEAT, name, e -> {
            e.send(change.apply(heartbeat(Membership.stable(e, e.name("g")))));
        });
    }

    private static HeartbeatRequestData heartbeat(Membership member) {
        return new HeartbeatRequestData()
                .setGroupId(member.group())
                .setMemberId(member.member())
                .setGenerationId(member.generation());
    }

    private static List<Scenario> leaves() {
        return List.of(
                Scenario.of(LEAVE_GROUP, "member", e -> {
                    var member = Membership.stable(e, e.name("g"));
                    e.send(leaving(e, member.group(), member.member()));
                    e.send(leaving(e, member.group(), member.member()));
                }),
                Scenario.of(LEAVE_GROUP, "unknown member", e -> {
                    e.send(leaving(e, Membership.stable(e, e.name("g")).group(), "nobody"));
                }),
                Scenario.of(LEAVE_GROUP, "unknown group", e -> e.send(leaving(e, "no-such-group", "x"))),
                Scenario.of(LEAVE_GROUP, "empty group", e -> e.send(leaving(e, "", "x"))),
                Scenario.of(LEAVE_GROUP, "several, some of them there", e -> {
                            var member = Membership.stable(e, e.name("g"));
                            e.send(leaving(e, member.group(), "nobody", member.member(), "nobody else"));
                        })
                        .since(3),
                Scenario.of(LEAVE_GROUP, "nobody", e -> {
                            e.send(leaving(e, Membership.stable(e, e.name("g")).group()));
                        })
                        .since(3),
                Scenario.of(LEAVE_GROUP, "by instance", e -> {
                            e.ask(JOIN_GROUP, joining(e, "").setGroupInstanceId("one"));
                            var identity = new MemberIdentity().setMemberId("").setGroupInstanceId("one");
                            var other = new MemberIdentity().setMemberId("").setGroupInstanceId("two");
                            e.send(new LeaveGroupRequestData()
                                    .setGroupId(e.name("g"))
                                    .setMembers(List.of(identity, other)));
                        })
                        .since(3),
                Scenario.of(LEAVE_GROUP, "member id that the group gave out but nobody joined with", e -> {
                    var given = (JoinGroupResponseData) e.ask(JOIN_GROUP, joining(e, ""));
                    e.send(leaving(e, e.name("g"), given.memberId()));
                }));
    }

    private static LeaveGroupRequestData leaving(Exchange e, String group, String... members) {
        var request = new LeaveGroupRequestData().setGroupId(group);
        if (!e.atLeast(3)) {
            return request.setMemberId(members[0]);
        }
        return request.setMembers(
                Stream.of(members).map(m -> new MemberIdentity().setMemberId(m)).toList());
    }

    private static List<Scenario> views() {
        return List.of(
                Scenario.of(DESCRIBE_GROUPS, "stable", e -> {
                    e.send(describing(Membership.stable(e, e.name("g")).group()));
                }),
                Scenario.of(DESCRIBE_GROUPS, "before the assignment", e -> {
                    e.send(describing(Membership.joined(e, e.name("g")).group()));
                }),
                Scenario.of(DESCRIBE_GROUPS, "unknown, empty name, one twice", e -> {
                    var group = Membership.stable(e, e.name("g")).group();
                    e.send(describing("no-such-group", "", group, group));
                }),
                Scenario.of(DESCRIBE_GROUPS, "allowed operations", e -> {
                            var group = Membership.stable(e, e.name("g")).group();
                            e.send(describing(group, "no-such-group").setIncludeAuthorizedOperations(true));
                        })
                        .since(3),
                Scenario.of(DESCRIBE_GROUPS, "none", e -> e.send(describing())),
                Scenario.of(LIST_GROUPS, "all", e -> {
                    Membership.stable(e, e.name("g"));
                    own(e, new ListGroupsRequestData());
                }),
                Scenario.of(LIST_GROUPS, "by state", e -> {
                            Membership.stable(e, e.name("g"));
                            own(e, new ListGroupsRequestData().setStatesFilter(List.of("Stable")));
                            own(e, new ListGroupsRequestData().setStatesFilter(List.of("stable", "Nonsense")));
                        })
                        .since(4),
                Scenario.of(LIST_GROUPS, "by type", e -> {
                            Membership.stable(e, e.name("g"));
                            own(e, new ListGroupsRequestData().setTypesFilter(List.of("classic")));
                            own(e, new ListGroupsRequestData().setTypesFilter(List.of("consumer")));
                            own(e, new ListGroupsRequestData().setTypesFilter(List.of("nonsense")));
                        })
                        .since(5),
                Scenario.of(DELETE_GROUPS, "not empty, unknown, empty name", e -> {
                    var group = Membership.stable(e, e.name("g")).group();
                    e.send(deleting(group, "no-such-group", ""));
                }),
                Scenario.of(DELETE_GROUPS, "empty", e -> {
                    var member = Membership.stable(e, e.name("g"));
                    e.ask(
                            LEAVE_GROUP,
                            new LeaveGroupRequestData()
                                    .setGroupId(member.group())
                                    .setMembers(List.of(new MemberIdentity().setMemberId(member.member()))));
                    e.send(deleting(member.group()));
                    e.send(deleting(member.group()));
                }),
                Scenario.of(DELETE_GROUPS, "none", e -> e.send(deleting())));
    }

    private static void own(Exchange e, ListGroupsRequestData request) throws IOException {
        e.sendAndRecordOwn(
                request, ListGroupsResponseData.class, r -> r.groups().removeIf(g -> !e.owns(g.groupId())));
    }

    private static DescribeGroupsRequestData describing(String... groups) {
        return new DescribeGroupsRequestData().setGroups(List.of(groups));
    }

    private static DeleteGroupsRequestData deleting(String... groups) {
        return new DeleteGroupsRequestData().setGroupsNames(List.of(groups));
    }
}
