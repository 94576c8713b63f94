package io.millrace.coordinator.group;

import io.millrace.coordinator.group.GroupCoordinator.GroupClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.Errors;

/**
 * Plays a script of requests to a coordinator and writes down what comes back.
 *
 * <pre>
 * join a [v=9] [instance=i] [session=10000] [rebalance=20000] [type=consumer] [protocols=range:x,sticky:y] [member=-]
 * sync a [v=5] [assign=a:x,b:y] [gen=n] [type=t] [protocol=p]         beat a [gen=n]         leave a [v=5] | leave - members=@a,/i
 * commit a at=t:0:5,t:1:6 [gen=n] [metadata=m]    fetch g [of=t:0,t:1]    describe g    list    delete g    forget g of=t:0
 * </pre>
 *
 * A member is called by its client id; it remembers the member id and the generation it was last told. Unless said otherwise
 * the group is g. Member ids appear as client id and a number. Lines of one step come in alphabetical order.
 */
public final class Transcript {
    private static final Pattern MEMBER_ID = Pattern.compile("(.*)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final GroupCoordinator coordinator;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<String> replies = new ConcurrentLinkedQueue<>();

    private record Known(String memberId, int generation) {}

    public Transcript(GroupCoordinator coordinator) {
        this.coordinator = coordinator;
    }

    /** What came back since the last call. */
    public List<String> replies() {
        List<String> lines = new ArrayList<>();
        for (String line = replies.poll(); line != null; line = replies.poll()) {
            lines.add(line);
        }
        Collections.sort(lines);
        return lines;
    }

    /** Sends one request. */
    public void play(String line) {
        String[] words = line.trim().split(" +");
        String who = words.length > 1 && !words[1].contains("=") ? words[1] : "-";
        Map<String, String> options = Arrays.stream(words)
                .skip(1)
                .filter(word -> word.contains("="))
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        Call call = new Call(who, options);
        switch (words[0]) {
            case "join" -> join(call);
            case "sync" -> sync(call);
            case "beat" -> beat(call);
            case "leave" -> leave(call);
            case "commit" -> commit(call);
            case "fetch" -> fetch(call);
            case "describe" -> describe(call);
            case "list" -> list(call);
            case "delete" -> delete(call);
            case "forget" -> forget(call);
            default -> throw new IllegalArgumentException(line);
        }
    }

    private record Call(String who, Map<String, String> options) {
        String text(String key, String otherwise) {
            return options.getOrDefault(key, otherwise);
        }

        int number(String key, int otherwise) {
            return options.containsKey(key) ? Integer.parseInt(text(key, "")) : otherwise;
        }

        String group() {
            return text("group", "g").replace("''", "");
        }

        GroupClient client(int version) {
            return new GroupClient((short) number("v", version), who, "/127.0.0.1");
        }

        List<String[]> list(String key) {
            return options.containsKey(key)
                    ? Arrays.stream(text(key, "").split(","))
                            .map(one -> one.split(":"))
                            .toList()
                    : List.of();
        }
    }

    private <T> void expect(String what, CompletableFuture<T> reply, Function<T, String> text) {
        CompletableFuture<Void> unusedStage = reply.handle((value, failure) -> {
            replies.add(what + " " + (failure == null ? text.apply(value) : failure.toString()));
            return null;
        });
    }

    private Known known(Call call) {
        Known found = known.getOrDefault(call.who(), new Known("", -1));
        String memberId = switch (call.text("member", "")) {
            case "" -> found.memberId();
            case "-" -> "";
            case String other
            when other.startsWith("@") ->
                known.getOrDefault(other.substring(1), new Known("?", -1)).memberId();
            case String other -> other;
        };
        return new Known(memberId, call.number("gen", found.generation()));
    }

    private void join(Call call) {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        Call withDefault = call.options().containsKey("protocols")
                ? call
                : new Call(call.who(), Map.of("protocols", "range:" + call.who()));
        withDefault
                .list("protocols")
                .forEach(one -> protocols.add(new JoinGroupRequestProtocol()
                        .setName(one[0])
                        .setMetadata(bytes(one.length > 1 ? one[1] : ""))));
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(call.group())
                .setMemberId(known(call).memberId())
                .setGroupInstanceId(call.options().get("instance"))
                .setSessionTimeoutMs(call.number("session", 10_000))
                .setRebalanceTimeoutMs(call.number("rebalance", 20_000))
                .setProtocolType(call.text("type", "consumer"))
                .setProtocols(protocols);
        expect(call.who() + " join", coordinator.joinGroup(call.client(9), request), reply -> joined(call, reply));
    }

    private String joined(Call call, JoinGroupResponseData reply) {
        Errors error = Errors.forCode(reply.errorCode());
        if (error == Errors.NONE || error == Errors.MEMBER_ID_REQUIRED) {
            known.put(call.who(), new Known(reply.memberId(), reply.generationId()));
        }
        String members = reply.members().stream()
                .map(member -> alias(member.memberId())
                        + (member.groupInstanceId() == null ? "" : "/" + member.groupInstanceId())
                        + ":"
                        + text(member.metadata()))
                .sorted()
                .collect(Collectors.joining(" "));
        return error == Errors.NONE
                ? "NONE me=%s gen=%d %s/%s leader=%s%s%s"
                        .formatted(
                                alias(reply.memberId()),
                                reply.generationId(),
                                reply.protocolType(),
                                reply.protocolName(),
                                alias(reply.leader()),
                                members.isEmpty() ? "" : " members=[" + members + "]",
                                reply.skipAssignment() ? " skip" : "")
                : "%s me=%s gen=%d protocol=%s"
                        .formatted(error, alias(reply.memberId()), reply.generationId(), reply.protocolName());
    }

    private void sync(Call call) {
        Known me = known(call);
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId(call.group())
                .setMemberId(me.memberId())
                .setGenerationId(me.generation())
                .setGroupInstanceId(call.options().get("instance"))
                .setProtocolType(call.text("type", "consumer"))
                .setProtocolName(call.text("protocol", "range"))
                .setAssignments(call.list("assign").stream()
                        .map(one -> new SyncGroupRequestAssignment()
                                .setMemberId(known.getOrDefault(one[0], me).memberId())
                                .setAssignment(bytes(one[1])))
                        .toList());
        expect(
                call.who() + " sync",
                coordinator.syncGroup(call.client(5), request),
                reply -> "%s %s/%s [%s]"
                        .formatted(
                                Errors.forCode(reply.errorCode()),
                                reply.protocolType(),
                                reply.protocolName(),
                                text(reply.assignment())));
    }

    private void beat(Call call) {
        Known me = known(call);
        HeartbeatRequestData request = new HeartbeatRequestData()
                .setGroupId(call.group())
                .setMemberId(me.memberId())
                .setGenerationId(me.generation())
                .setGroupInstanceId(call.options().get("instance"));
        expect(call.who() + " beat", coordinator.heartbeat(call.client(4), request), reply -> error(reply.errorCode()));
    }

    private void leave(Call call) {
        LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId(call.group());
        if (call.options().containsKey("members")) {
            call.list("members").forEach(one -> request.members().add(identity(one[0])));
        } else if (call.number("v", 5) < 3) {
            request.setMemberId(known(call).memberId());
        } else {
            request.members()
                    .add(new MemberIdentity()
                            .setMemberId(known(call).memberId())
                            .setGroupInstanceId(call.options().get("instance"))
                            .setReason("done"));
        }
        expect(
                call.who() + " leave",
                coordinator.leaveGroup(call.client(5), request),
                reply -> error(reply.errorCode())
                        + reply.members().stream()
                                .map(one -> " "
                                        + alias(one.memberId())
                                        + (one.groupInstanceId() == null ? "" : "/" + one.groupInstanceId())
                                        + ":"
                                        + error(one.errorCode()))
                                .collect(Collectors.joining()));
    }

    private MemberIdentity identity(String who) {
        return who.startsWith("/")
                ? new MemberIdentity().setMemberId("").setGroupInstanceId(who.substring(1))
                : new MemberIdentity()
                        .setMemberId(known.getOrDefault(who.substring(1), new Known(who, -1))
                                .memberId());
    }

    private void commit(Call call) {
        Known me = known(call);
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(call.group())
                .setMemberId(me.memberId())
                .setGenerationIdOrMemberEpoch(me.generation())
                .setGroupInstanceId(call.options().get("instance"));
        if (call.options().containsKey("retention")) {
            request.setRetentionTimeMs(call.number("retention", -1));
        }
        call.list("at")
                .forEach(one -> request.topics()
                        .add(new OffsetCommitRequestTopic()
                                .setName(one[0])
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(Integer.parseInt(one[1]))
                                        .setCommittedOffset(Long.parseLong(one[2]))
                                        .setCommittedLeaderEpoch(call.number("epoch", -1))
                                        .setCommittedMetadata(call.options().get("metadata"))))));
        expect(
                call.who() + " commit",
                coordinator.commitOffsets(call.client(9), request),
                reply -> reply.topics().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(partition -> topic.name() + "-" + partition.partitionIndex() + ":"
                                        + error(partition.errorCode())))
                        .collect(Collectors.joining(" ")));
    }

    private void fetch(Call call) {
        OffsetFetchRequestGroup request = new OffsetFetchRequestGroup().setGroupId(call.who());
        request.setTopics(
                call.options().containsKey("of")
                        ? call.list("of").stream()
                                .map(one -> new OffsetFetchRequestTopics()
                                        .setName(one[0])
                                        .setPartitionIndexes(List.of(Integer.parseInt(one[1]))))
                                .toList()
                        : null);
        expect(
                call.who() + " fetch",
                coordinator.fetchOffsets(call.client(9), request, false),
                reply -> error(reply.errorCode())
                        + reply.topics().stream()
                                .flatMap(topic -> topic.partitions().stream()
                                        .map(one -> " %s-%d:%d@%d'%s'%s"
                                                .formatted(
                                                        topic.name(),
                                                        one.partitionIndex(),
                                                        one.committedOffset(),
                                                        one.committedLeaderEpoch(),
                                                        one.metadata(),
                                                        one.errorCode() == 0 ? "" : error(one.errorCode()))))
                                .collect(Collectors.joining()));
    }

    private void describe(Call call) {
        expect(
                call.who() + " describe",
                coordinator.describeGroups(call.client(6), List.of(call.who())),
                replies -> replies.stream()
                        .map(group -> "%s %s %s/%s [%s]%s"
                                .formatted(
                                        error(group.errorCode()),
                                        group.groupState(),
                                        group.protocolType(),
                                        group.protocolData(),
                                        group.members().stream()
                                                .map(member -> alias(member.memberId())
                                                        + (member.groupInstanceId() == null
                                                                ? ""
                                                                : "/" + member.groupInstanceId())
                                                        + ":"
                                                        + member.clientId()
                                                        + ":"
                                                        + text(member.memberMetadata())
                                                        + ":"
                                                        + text(member.memberAssignment()))
                                                .sorted()
                                                .collect(Collectors.joining(" ")),
                                        group.errorMessage() == null ? "" : " " + group.errorMessage()))
                        .collect(Collectors.joining("; ")));
    }

    private void list(Call call) {
        ListGroupsRequestData request = new ListGroupsRequestData()
                .setStatesFilter(call.list("states").stream().map(one -> one[0]).toList())
                .setTypesFilter(call.list("types").stream().map(one -> one[0]).toList());
        expect(
                "list",
                coordinator.listGroups(call.client(5), request),
                reply -> error(reply.errorCode())
                        + reply.groups().stream()
                                .map(group -> " %s(%s %s %s)"
                                        .formatted(
                                                group.groupId(),
                                                group.protocolType(),
                                                group.groupState(),
                                                group.groupType()))
                                .sorted()
                                .collect(Collectors.joining()));
    }

    private void delete(Call call) {
        expect(
                call.who() + " delete",
                coordinator.deleteGroups(call.client(2), List.of(call.who())),
                replies -> replies.stream().map(one -> error(one.errorCode())).collect(Collectors.joining()));
    }

    private void forget(Call call) {
        OffsetDeleteRequestTopicCollection topics = new OffsetDeleteRequestTopicCollection();
        call.list("of")
                .forEach(one -> topics.add(new OffsetDeleteRequestTopic()
                        .setName(one[0])
                        .setPartitions(List.of(
                                new OffsetDeleteRequestPartition().setPartitionIndex(Integer.parseInt(one[1]))))));
        expect(
                call.who() + " forget",
                coordinator.deleteOffsets(
                        call.client(0),
                        new OffsetDeleteRequestData().setGroupId(call.who()).setTopics(topics)),
                reply -> error(reply.errorCode())
                        + reply.topics().stream()
                                .flatMap(topic -> topic.partitions().stream()
                                        .map(one -> " " + topic.name() + "-" + one.partitionIndex() + ":"
                                                + error(one.errorCode())))
                                .collect(Collectors.joining()));
    }

    private static String error(short code) {
        return Errors.forCode(code).toString();
    }

    /** Client id and number in place of client id and random. */
    String alias(String memberId) {
        Matcher matcher = MEMBER_ID.matcher(memberId);
        if (!matcher.matches()) {
            return memberId.isEmpty() ? "-" : memberId;
        }
        return aliases.computeIfAbsent(memberId, id -> matcher.group(1) + (aliases.size() + 1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
