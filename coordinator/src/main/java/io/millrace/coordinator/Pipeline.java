package io.millrace.coordinator;

import io.millrace.coordinator.MachineType.KeyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded shard at work: decisions, the batches they wait for, and the way back. Owned by the shard's thread; no I/O.
 *
 * <p>Invariant: whatever was decided on a state leaves only when all changes that led to that state are committed. So taking
 * back what a failed append had changed never contradicts what a client was told.
 */
final class Pipeline<C, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    /** What time has brought and the log refused is tried again after this long. */
    private static final long RETRY_MS = 500;

    private final String name;
    private final MachineType<C, R> type;
    private final StateMachine<C, R> machine;
    private final UndoLog undo;
    private final ShardLimits limits;
    private final Alarms<C> alarms = new Alarms<>();
    /** The first is being appended, if {@link #appending}; the last is open. */
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();

    private final Set<Ticket<?>> owed = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean appending;

    Pipeline(String name, MachineType<C, R> type, StateMachine<C, R> machine, UndoLog undo, ShardLimits limits) {
        this.name = name;
        this.type = type;
        this.machine = machine;
        this.undo = undo;
        this.limits = limits;
    }

    /** Decides a client's command; whatever happens, the ticket will be answered. */
    void decide(C command, Ticket<?> ticket, Moment now) {
        owed.add(ticket);
        Errors refused = take(command, List.of(ticket), now);
        if (refused != Errors.NONE) {
            owed.remove(ticket);
            ticket.fail(refused);
        }
    }

    /** Decides a command that nobody waits for. */
    void decide(C command, Moment now) {
        Errors refused = take(command, List.of(), now);
        if (refused != Errors.NONE) {
            LOG.error("{}: {} was not done: {}", name, command, refused);
        }
    }

    private Errors take(C command, List<Ticket<?>> tickets, Moment now) {
        Decision<C, R> decision;
        List<Optional<KeyValue>> records;
        try {
            decision = machine.decide(command, now);
            records = records(decision.changes());
        } catch (RuntimeException bug) {
            LOG.error("{}: deciding failed, the state is as it was", name, bug);
            return Errors.UNKNOWN_SERVER_ERROR;
        }
        if (!fits(decision, records)) {
            LOG.warn("{}: a decision makes records larger than a batch of {} bytes", name, limits.maxBatchBytes());
            return AppendErrors.toClient(Errors.RECORD_LIST_TOO_LARGE);
        }
        apply(decision, records, now.wallMs());
        settle(decision.answers(), tickets);
        decision.alarms().forEach(alarms::add);
        return Errors.NONE;
    }

    private List<Optional<KeyValue>> records(List<R> changes) {
        List<Optional<KeyValue>> records = new ArrayList<>(changes.size());
        for (R change : changes) {
            records.add(type.record(change));
        }
        return records;
    }

    private boolean fits(Decision<C, R> decision, List<Optional<KeyValue>> records) {
        if (decision.atomic()) {
            return Batch.fits(bound(records), limits.maxBatchBytes());
        }
        return records.stream().allMatch(record -> Batch.fits(bound(List.of(record)), limits.maxBatchBytes()));
    }

    private static long bound(List<Optional<KeyValue>> records) {
        long bytes = 0;
        for (Optional<KeyValue> record : records) {
            bytes += record.isPresent() ? Batch.bound(record.get()) : 0;
        }
        return bytes;
    }

    private void apply(Decision<C, R> decision, List<Optional<KeyValue>> records, long timestampMs) {
        long bytes = bound(records);
        if (decision.atomic() && bytes > 0) {
            openBatch(bytes);
        }
        for (int i = 0; i < records.size(); i++) {
            KeyValue record = records.get(i).orElse(null);
            if (record != null) {
                openBatch(Batch.bound(record)).add(timestampMs, record);
            }
            machine.replay(decision.changes().get(i));
        }
    }

    /** The batch to add to; opened with the present state as the one to come back to. */
    private Batch openBatch(long recordBytes) {
        Batch open = batches.peekLast();
        boolean isOpen = open != null && !(appending && batches.size() == 1);
        if (open == null || !isOpen || !open.hasRoom(recordBytes, limits.maxBatchBytes())) {
            open = new Batch(undo.mark());
            batches.addLast(open);
        }
        return open;
    }

    private void settle(List<Answer<?>> answers, List<Ticket<?>> tickets) {
        Batch last = batches.peekLast();
        if (last == null) {
            undo.forgetBefore(undo.mark());
            answers.forEach(this::give);
        } else {
            last.attach(answers, tickets);
        }
    }

    private void give(Answer<?> answer) {
        owed.remove(answer.ticket());
        answer.give();
    }

    /** As much waits as may: decide nothing more before the append under way has ended. */
    boolean isFull() {
        long bytes = 0;
        int answers = 0;
        for (Batch batch : batches) {
            bytes += batch.bytes();
            answers += batch.answers().size();
        }
        return bytes >= 2L * limits.maxBatchBytes() || answers >= limits.waitingCommands();
    }

    /** The next batch to append, if there is one and none is under way. */
    @Nullable
    Batch startAppend() {
        if (appending || batches.isEmpty()) {
            return null;
        }
        appending = true;
        return batches.getFirst();
    }

    /** The batch under way is committed: what waited for it leaves. */
    void committed() {
        appending = false;
        Batch done = batches.removeFirst();
        Batch next = batches.peekFirst();
        undo.forgetBefore(next == null ? undo.mark() : next.undoMark());
        done.answers().forEach(this::give);
    }

    /** The batch under way is not in the log: it and all decided behind it is taken back. */
    void refused(Errors error, Moment now) {
        appending = false;
        undo.undoTo(batches.getFirst().undoMark());
        List<Batch> undone = new ArrayList<>(batches);
        batches.clear();
        undone.forEach(batch -> batch.fail(error));
        owed.removeIf(Ticket::isDone);
        alarms.clear();
        long earliestMs = now.steadyMs() + RETRY_MS;
        machine.alarms(now).forEach(alarm -> alarms.add(alarm.notBefore(earliestMs)));
    }

    /** Decides what time has brought. */
    void ring(Moment now) {
        while (!isFull()) {
            Optional<C> due = alarms.due(now.steadyMs());
            if (due.isEmpty()) {
                return;
            }
            decide(due.get(), now);
        }
    }

    OptionalLong nextAlarm() {
        return alarms.next();
    }

    /** Ends: everybody who still waits hears this. */
    void close(Errors error) {
        List<Ticket<?>> waiting = new ArrayList<>(owed);
        owed.clear();
        waiting.forEach(ticket -> ticket.fail(error));
    }
}
