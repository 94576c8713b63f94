package io.millrace.coordinator.group;

import io.millrace.coordinator.group.GroupCoordinator.GroupClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** A client of the model: does what a consumer does, mostly, and forgets, dies and comes back at random. */
final class ModelMember {
    private static final short[] JOIN_VERSIONS = {0, 3, 5, 9, 9, 9};

    private final GroupCoordinator coordinator;
    private final ModelChecks checks;
    private final Random random;
    private final String group;
    private final String clientId;
    private final @Nullable String instance;
    private String memberId = "";
    private int generation = -1;
    private List<JoinGroupResponseMember> members = List.of();
    private boolean needsSync;
    private boolean waits;

    ModelMember(GroupCoordinator coordinator, ModelChecks checks, Random random, String group, int number) {
        this.coordinator = coordinator;
        this.checks = checks;
        this.random = random;
        this.group = group;
        this.clientId = "c" + number;
        this.instance = number % 3 == 0 ? "i" + number : null;
    }

    /** Does one thing. */
    void act() {
        int dice = random.nextInt(100);
        if (dice < 3) {
            restart();
        } else if (waits) {
            return;
        } else if (generation < 0) {
            join();
        } else if (needsSync) {
            sync();
        } else if (dice < 50) {
            heartbeat();
        } else if (dice < 85) {
            commit();
        } else if (dice < 92) {
            join();
        } else {
            leave();
        }
    }

    /** Loses all it knows, without a word; what it waits for no longer reaches it. */
    private void restart() {
        memberId = "";
        generation = -1;
        needsSync = false;
        waits = false;
    }

    private GroupClient client(int version) {
        return new GroupClient((short) version, clientId, "/10.0.0.1");
    }

    private void join() {
        short version = JOIN_VERSIONS[random.nextInt(JOIN_VERSIONS.length)];
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(
                new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {(byte) random.nextInt(3)}));
        if (random.nextBoolean()) {
            protocols.add(new JoinGroupRequestProtocol().setName("sticky").setMetadata(new byte[0]));
        }
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setGroupInstanceId(version >= 5 ? instance : null)
                .setSessionTimeoutMs(6_000 + random.nextInt(4_000))
                .setRebalanceTimeoutMs(random.nextInt(10_000))
                .setProtocolType("consumer")
                .setProtocols(protocols);
        waits = true;
        String asked = memberId;
        checks.expect(coordinator.joinGroup(client(version), request), reply -> {
            if (memberId.equals(asked) && waits) {
                joined(reply);
            }
        });
    }

    private void joined(JoinGroupResponseData reply) {
        waits = false;
        switch (Errors.forCode(reply.errorCode())) {
            case NONE -> {
                memberId = reply.memberId();
                generation = reply.generationId();
                members = reply.skipAssignment() ? List.of() : reply.members();
                needsSync = true;
            }
            case MEMBER_ID_REQUIRED -> memberId = reply.memberId();
            case UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID -> restart();
            default -> generation = -1;
        }
    }

    private void sync() {
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setGenerationId(generation)
                .setGroupInstanceId(memberId.startsWith("i") ? instance : null)
                .setAssignments(assignments());
        waits = true;
        int asked = generation;
        String self = memberId;
        checks.expect(coordinator.syncGroup(client(5), request), reply -> {
            if (reply.errorCode() == Errors.NONE.code()) {
                checks.assigned(group, asked, instance == null ? self : instance, self, reply.assignment());
            }
            if (memberId.equals(self) && generation == asked && waits) {
                synced(reply);
            }
        });
    }

    /** Each member gets a partition of its own. */
    private List<SyncGroupRequestAssignment> assignments() {
        int first = random.nextInt(100);
        return IntStream.range(0, members.size())
                .mapToObj(i -> new SyncGroupRequestAssignment()
                        .setMemberId(members.get(i).memberId())
                        .setAssignment(new byte[] {(byte) (first + i)}))
                .toList();
    }

    private void synced(SyncGroupResponseData reply) {
        waits = false;
        needsSync = false;
        if (reply.errorCode() != Errors.NONE.code()) {
            again(Errors.forCode(reply.errorCode()));
        }
    }

    private void again(Errors error) {
        if (error == Errors.UNKNOWN_MEMBER_ID || error == Errors.FENCED_INSTANCE_ID) {
            restart();
        } else if (error == Errors.REBALANCE_IN_PROGRESS || error == Errors.ILLEGAL_GENERATION) {
            generation = -1;
        }
    }

    private void heartbeat() {
        HeartbeatRequestData request = new HeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setGenerationId(generation);
        checks.expect(coordinator.heartbeat(client(4), request), reply -> again(Errors.forCode(reply.errorCode())));
    }

    private void commit() {
        int partition = random.nextInt(3);
        long offset = checks.nextOffset(group, partition);
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setGenerationIdOrMemberEpoch(generation)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName("t")
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)))));
        checks.expect(coordinator.commitOffsets(client(9), request), reply -> {
            Errors error = Errors.forCode(
                    reply.topics().getFirst().partitions().getFirst().errorCode());
            if (error == Errors.NONE) {
                checks.committed(group, partition, offset);
            }
            again(error);
        });
    }

    private void leave() {
        LeaveGroupRequestData request = new LeaveGroupRequestData()
                .setGroupId(group)
                .setMembers(new ArrayList<>(List.of(new MemberIdentity().setMemberId(memberId))));
        CompletableFuture<?> left = coordinator.leaveGroup(client(5), request);
        checks.expect(left, reply -> {});
        restart();
    }
}
