package io.millrace.coordinator.group;

import io.millrace.coordinator.Alarm;
import io.millrace.coordinator.Answer;
import io.millrace.coordinator.Decision;
import io.millrace.coordinator.Moment;
import io.millrace.coordinator.StateMachine;
import io.millrace.coordinator.UndoLog;
import io.millrace.coordinator.group.GroupCommand.Delete;
import io.millrace.coordinator.group.GroupCommand.DeleteOffsets;
import io.millrace.coordinator.group.GroupCommand.ExpiryDue;
import io.millrace.coordinator.group.GroupCommand.Leave;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state machine of one partition of {@code __consumer_offsets}: finds the group and has the right class decide. */
final class GroupMachine implements StateMachine<GroupCommand, GroupChange> {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMachine.class);
    private static final Decision<GroupCommand, GroupChange> NOTHING =
            new Decision<>(List.of(), List.of(), List.of(), true);

    private final GroupConfig config;
    private final GroupStore store;
    private final Rebalance rebalance;
    private final Joins joins;
    private final Leaves leaves;
    private final OffsetCommits commits;
    private final Removals removals;

    GroupMachine(GroupConfig config, UndoLog undo) {
        this.config = config;
        this.store = new GroupStore(undo);
        this.rebalance = new Rebalance(config);
        this.joins = new Joins(config, rebalance);
        this.leaves = new Leaves(rebalance);
        this.commits = new OffsetCommits(config);
        this.removals = new Removals(config);
    }

    GroupStore store() {
        return store;
    }

    @Override
    public Decision<GroupCommand, GroupChange> decide(GroupCommand command, Moment now) {
        return switch (command) {
            case GroupCommand.Join join ->
                inGroup(join.request().groupId(), now, (step, isNew) -> joins.join(step, join, isNew));
            case GroupCommand.Sync sync ->
                inGroup(
                        sync.request().groupId(),
                        now,
                        step -> Syncs.sync(step, sync),
                        new Answer<>(sync.ticket(), Replies.syncError(Errors.UNKNOWN_MEMBER_ID)));
            case GroupCommand.Heartbeat heartbeat ->
                inGroup(
                        heartbeat.request().groupId(),
                        now,
                        step -> Heartbeats.heartbeat(step, heartbeat),
                        new Answer<>(heartbeat.ticket(), Replies.heartbeat(Errors.UNKNOWN_MEMBER_ID)));
            case Leave leave -> leave(leave, now);
            case GroupCommand.CommitOffsets commit ->
                inGroup(commit.request().groupId(), now, (step, isNew) -> commits.commit(step, commit, isNew));
            case GroupCommand.FetchOffsets fetch ->
                Decision.answer(new Answer<>(fetch.ticket(), OffsetFetches.fetch(store, fetch.request())));
            case DeleteOffsets delete -> deleteOffsets(delete, now);
            case GroupCommand.Describe describe -> describe(describe);
            case GroupCommand.ListAll list ->
                Decision.answer(new Answer<>(
                        list.ticket(), new GroupShards.ShardList(Errors.NONE, Descriptions.list(store, list))));
            case Delete delete -> delete(delete);
            case GroupCommand.TopicsDeleted deleted ->
                new Decision<>(Removals.topicsDeleted(deleted.topics(), store), List.of(), List.of(), false);
            case GroupCommand.Loaded loaded -> loaded(now);
            case GroupCommand.SessionDue due ->
                inGroup(due.groupId(), now, step -> rebalance.sessionDue(step, due.memberId()), null);
            case GroupCommand.JoinDue due -> inGroup(due.groupId(), now, rebalance::joinDue, null);
            case GroupCommand.SyncDue due -> inGroup(due.groupId(), now, rebalance::syncDue, null);
            case ExpiryDue due -> expire(now);
        };
    }

    private interface WithNewGroup {
        void decide(Step step, boolean isNewGroup);
    }

    /** Decides in a group that need not be there yet. */
    private Decision<GroupCommand, GroupChange> inGroup(String groupId, Moment now, WithNewGroup decider) {
        ClassicGroup group = store.group(groupId);
        Step step = new Step(now, group == null ? ClassicGroup.create(groupId, now.wallMs()) : group);
        decider.decide(step, group == null);
        return step.done();
    }

    /** Decides in a group that must be there. */
    private Decision<GroupCommand, GroupChange> inGroup(
            String groupId, Moment now, Consumer<Step> decider, @Nullable Answer<?> withoutGroup) {
        ClassicGroup group = store.group(groupId);
        if (group == null) {
            return withoutGroup == null ? NOTHING : Decision.answer(withoutGroup);
        }
        Step step = new Step(now, group);
        decider.accept(step);
        return step.done();
    }

    private Decision<GroupCommand, GroupChange> leave(Leave leave, Moment now) {
        return inGroup(
                leave.request().groupId(),
                now,
                step -> leaves.leave(step, leave),
                new Answer<>(leave.ticket(), Leaves.withoutGroup(leave)));
    }

    private Decision<GroupCommand, GroupChange> deleteOffsets(DeleteOffsets delete, Moment now) {
        return inGroup(
                delete.request().groupId(),
                now,
                step -> Removals.deleteOffsets(step, delete, store),
                new Answer<>(
                        delete.ticket(),
                        new OffsetDeleteResponseData().setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())));
    }

    private Decision<GroupCommand, GroupChange> describe(GroupCommand.Describe describe) {
        ClassicGroup group = store.group(describe.groupId());
        return Decision.answer(new Answer<>(
                describe.ticket(),
                Descriptions.describe(
                        group, describe.groupId(), describe.client().apiVersion())));
    }

    private Decision<GroupCommand, GroupChange> delete(Delete delete) {
        ClassicGroup group = store.group(delete.groupId());
        Errors result =
                group == null ? Errors.GROUP_ID_NOT_FOUND : group.isEmpty() ? Errors.NONE : Errors.NON_EMPTY_GROUP;
        List<GroupChange> tombstones =
                result == Errors.NONE ? Removals.deleteGroup(delete.groupId(), store) : List.of();
        DeletableGroupResult reply =
                new DeletableGroupResult().setGroupId(delete.groupId()).setErrorCode(result.code());
        return new Decision<>(tombstones, List.of(new Answer<>(delete.ticket(), reply)), List.of(), false);
    }

    private Decision<GroupCommand, GroupChange> expire(Moment now) {
        return new Decision<>(removals.expire(store, now), List.of(), List.of(nextExpiry(now)), false);
    }

    private Alarm<GroupCommand> nextExpiry(Moment now) {
        return new Alarm<>(now.steadyMs() + config.retentionCheckIntervalMs(), new ExpiryDue());
    }

    private Decision<GroupCommand, GroupChange> loaded(Moment now) {
        List<GroupChange> changes = new ArrayList<>();
        List<Answer<?>> answers = new ArrayList<>();
        List<Alarm<GroupCommand>> alarms = new ArrayList<>();
        for (ClassicGroup group : store.groups()) {
            Step step = new Step(now, group);
            rebalance.loaded(step);
            Decision<GroupCommand, GroupChange> decision = step.done();
            changes.addAll(decision.changes());
            answers.addAll(decision.answers());
            alarms.addAll(decision.alarms());
        }
        alarms.add(nextExpiry(now));
        return new Decision<>(changes, answers, alarms, false);
    }

    @Override
    public void replay(GroupChange change) {
        if (LOG.isDebugEnabled() && change instanceof GroupChange.Live live) {
            log(store.group(live.group().groupId()), live.group());
        }
        store.replay(change);
    }

    private static void log(@Nullable ClassicGroup before, ClassicGroup after) {
        if (before == null || !before.state().label().equals(after.state().label())) {
            LOG.debug(
                    "group {} is {}, generation {}, {} members",
                    after.groupId(),
                    after.state().label(),
                    after.generation(),
                    after.members().size());
        }
    }

    @Override
    public List<Alarm<GroupCommand>> alarms(Moment now) {
        List<Alarm<GroupCommand>> alarms = new ArrayList<>();
        store.groups().forEach(group -> alarms.addAll(Rebalance.alarms(group)));
        alarms.add(nextExpiry(now));
        return alarms;
    }
}
