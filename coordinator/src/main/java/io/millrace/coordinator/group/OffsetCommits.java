package io.millrace.coordinator.group;

import io.millrace.coordinator.group.GroupCommand.CommitOffsets;
import io.millrace.coordinator.group.GroupState.CompletingRebalance;
import io.millrace.coordinator.group.GroupState.PreparingRebalance;
import io.millrace.coordinator.group.GroupState.Stable;
import io.millrace.coordinator.group.record.GroupRecord;
import io.millrace.coordinator.group.record.OffsetCommitKey;
import io.millrace.coordinator.group.record.OffsetCommitValue;
import java.util.Optional;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitRequest;

/**
 * OffsetCommit, versions 2 to 10. A commit names a member and its generation, or neither (generation -1): then it is a
 * consumer without group management, or a tool, and the group has no members.
 */
final class OffsetCommits {
    private static final int FIRST_WITH_GROUP_ID_NOT_FOUND = 9;

    private final GroupConfig config;

    OffsetCommits(GroupConfig config) {
        this.config = config;
    }

    void commit(Step step, CommitOffsets command, boolean isNewGroup) {
        OffsetCommitRequestData request = command.request();
        Errors refusal = isNewGroup
                ? refusalWithoutGroup(request, command.client().apiVersion())
                : refusal(step.group(), request);
        if (refusal != Errors.NONE) {
            step.answer(command.ticket(), OffsetCommitRequest.getErrorResponse(request, refusal));
            return;
        }
        GroupState state = step.group().state();
        if ((state instanceof Stable || state instanceof PreparingRebalance)
                && step.group().members().has(request.memberId())) {
            Heartbeats.alive(step, request.memberId());
        }
        OffsetCommitResponseData response = new OffsetCommitResponseData();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            response.topics().add(commit(step, request, topic));
        }
        step.answer(command.ticket(), response);
    }

    private static Errors refusalWithoutGroup(OffsetCommitRequestData request, short version) {
        if (request.generationIdOrMemberEpoch() < 0) {
            return Errors.NONE;
        }
        return version >= FIRST_WITH_GROUP_ID_NOT_FOUND ? Errors.GROUP_ID_NOT_FOUND : Errors.ILLEGAL_GENERATION;
    }

    private static Errors refusal(ClassicGroup group, OffsetCommitRequestData request) {
        int generation = request.generationIdOrMemberEpoch();
        if (generation < 0 && group.isEmpty()) {
            return Errors.NONE;
        }
        boolean namesMember = generation >= 0 || !request.memberId().isEmpty() || request.groupInstanceId() != null;
        if (!namesMember) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        Errors member = group.check(request.memberId(), request.groupInstanceId());
        if (member != Errors.NONE) {
            return member;
        }
        if (generation != group.generation()) {
            return Errors.ILLEGAL_GENERATION;
        }
        // It has heard of this generation but has no assignment in it: what it read belongs to the last one.
        return group.state() instanceof CompletingRebalance ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
    }

    private OffsetCommitResponseTopic commit(
            Step step, OffsetCommitRequestData request, OffsetCommitRequestTopic topic) {
        OffsetCommitResponseTopic result =
                new OffsetCommitResponseTopic().setTopicId(topic.topicId()).setName(topic.name());
        for (OffsetCommitRequestPartition partition : topic.partitions()) {
            String metadata = Optional.ofNullable(partition.committedMetadata()).orElse("");
            boolean fits = metadata.length() <= config.offsetMetadataMaxBytes();
            if (fits) {
                step.log(new GroupRecord.Offset(
                        new OffsetCommitKey(request.groupId(), topic.name(), partition.partitionIndex()),
                        new OffsetCommitValue(
                                partition.committedOffset(),
                                partition.committedLeaderEpoch(),
                                metadata,
                                step.wallMs(),
                                expireTimestampMs(step, request),
                                topic.topicId())));
            }
            result.partitions()
                    .add(new OffsetCommitResponsePartition()
                            .setPartitionIndex(partition.partitionIndex())
                            .setErrorCode((fits ? Errors.NONE : Errors.OFFSET_METADATA_TOO_LARGE).code()));
        }
        return result;
    }

    /** Clients up to version 4 may say how long to keep the offset. */
    private static long expireTimestampMs(Step step, OffsetCommitRequestData request) {
        return request.retentionTimeMs() == OffsetCommitRequest.DEFAULT_RETENTION_TIME
                ? OffsetCommitValue.NONE
                : step.wallMs() + request.retentionTimeMs();
    }
}
