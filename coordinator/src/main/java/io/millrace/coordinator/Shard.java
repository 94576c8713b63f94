package io.millrace.coordinator;

import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard: its mailbox and its place in life (not led, loading, active, failed). Fields without another word belong to the
 * worker that runs it at the moment; {@link #running} hands them from one to the next.
 */
final class Shard<C, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    /** Commands a shard decides before others have their turn. */
    private static final int TURN = 256;

    private final int id;
    private final String name;
    private final MachineType<C, R> type;
    private final ShardPorts ports;
    private final ShardLimits limits;

    /** What the shard is told by log, loader, timer and broker: always taken first, never refused. */
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

    private final Queue<Envelope<C>> commands = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean();

    private int leaderEpoch = -1;
    private @Nullable Loading<C, R> loading;
    private @Nullable Pipeline<C, R> active;
    private Errors idleAnswer = Errors.NOT_COORDINATOR;
    private final ArrayDeque<C> whenLoaded = new ArrayDeque<>();
    private long wakeAtMs = Long.MAX_VALUE;
    private WakeTimer.@Nullable Wake wake;

    Shard(int id, MachineType<C, R> type, ShardPorts ports, ShardLimits limits) {
        this.id = id;
        this.name = type.name() + "-" + id;
        this.type = type;
        this.ports = ports;
        this.limits = limits;
    }

    private record Envelope<C>(C command, Ticket<?> ticket) {}

    /** Any thread. */
    void submit(C command, Ticket<?> ticket) {
        if (waiting.incrementAndGet() > limits.waitingCommands()) {
            waiting.decrementAndGet();
            ticket.fail(Errors.COORDINATOR_LOAD_IN_PROGRESS);
            return;
        }
        commands.add(new Envelope<>(command, ticket));
        run();
    }

    /** Any thread. A command of the broker's own that nobody waits for; kept for later while the shard is loading. */
    void tell(C command) {
        event(() -> {
            if (active != null) {
                active.decide(command, now());
            } else if (loading != null) {
                whenLoaded.add(command);
            }
        });
    }

    /** Any thread. */
    void elect(int epoch) {
        event(() -> {
            if (epoch > leaderEpoch) {
                unload(Errors.NOT_COORDINATOR);
                leaderEpoch = epoch;
                load();
            }
        });
    }

    /** Any thread. */
    void resign(Errors answer) {
        event(() -> {
            unload(answer);
            idleAnswer = answer;
            // Should the topic be made anew, its epochs begin anew.
            leaderEpoch = -1;
        });
    }

    private void event(Runnable event) {
        events.add(event);
        run();
    }

    private void run() {
        if (running.compareAndSet(false, true)) {
            try {
                ports.workers().execute(this::turn);
            } catch (RejectedExecutionException closed) {
                LOG.debug("{}: the broker has stopped", name, closed);
                refuseAll();
            }
        }
    }

    private void refuseAll() {
        for (Envelope<C> next = commands.poll(); next != null; next = commands.poll()) {
            next.ticket().fail(Errors.COORDINATOR_NOT_AVAILABLE);
        }
        running.set(false);
        if (!commands.isEmpty()) {
            run();
        }
    }

    /** A turn on a worker. */
    private void turn() {
        try {
            work();
        } catch (RuntimeException bug) {
            LOG.error("{}: stops", name, bug);
            fail();
        }
        boolean blocked = active != null && active.isFull();
        running.set(false);
        if (!events.isEmpty() || (!blocked && !commands.isEmpty())) {
            run();
        }
    }

    private boolean mayDecide() {
        return !commands.isEmpty() && (active == null || !active.isFull());
    }

    private void work() {
        runEvents();
        for (int left = TURN; left > 0 && mayDecide(); left--) {
            decideNext();
            runEvents();
        }
        append();
        runEvents();
        scheduleWake();
    }

    private void runEvents() {
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
        }
    }

    private void decideNext() {
        Envelope<C> next = commands.remove();
        waiting.decrementAndGet();
        if (active != null) {
            active.decide(next.command(), next.ticket(), now());
        } else {
            next.ticket().fail(loading != null ? Errors.COORDINATOR_LOAD_IN_PROGRESS : idleAnswer);
        }
    }

    private void append() {
        Pipeline<C, R> pipeline = active;
        Batch batch = pipeline == null ? null : pipeline.startAppend();
        if (pipeline != null && batch != null) {
            CompletableFuture<Long> unusedStage = ports.log()
                    .append(id, leaderEpoch, batch.build())
                    .whenComplete((offset, failure) -> event(() -> appended(pipeline, failure)));
        }
    }

    private void appended(Pipeline<C, R> pipeline, @Nullable Throwable failure) {
        if (pipeline != active) {
            return;
        }
        if (failure == null) {
            pipeline.committed();
        } else if (failure instanceof NotAppendedException refused) {
            LOG.warn("{}: an append was refused: {}", name, refused.error());
            pipeline.refused(AppendErrors.toClient(refused), now());
        } else {
            LOG.warn("{}: an append may or may not have happened, loading again", name, failure);
            unload(AppendErrors.toClient(failure));
            load();
        }
        append();
    }

    private void load() {
        Loading<C, R> run = new Loading<>(name, type, id);
        loading = run;
        int epoch = leaderEpoch;
        ports.loader().execute(() -> {
            @Nullable Throwable failure = run.read(ports.log(), id, epoch);
            event(() -> loaded(run, failure));
        });
    }

    private void loaded(Loading<C, R> run, @Nullable Throwable failure) {
        if (run != loading) {
            return;
        }
        loading = null;
        if (failure != null) {
            LOG.error("{}: cannot be loaded", name, failure);
            whenLoaded.clear();
            return;
        }
        Pipeline<C, R> pipeline = run.pipeline(limits);
        active = pipeline;
        pipeline.decide(type.loaded(), now());
        whenLoaded.forEach(command -> pipeline.decide(command, now()));
        whenLoaded.clear();
    }

    private void unload(Errors answer) {
        if (loading != null) {
            loading.stop();
            loading = null;
        }
        whenLoaded.clear();
        idleAnswer = Errors.NOT_COORDINATOR;
        if (active != null) {
            Pipeline<C, R> pipeline = active;
            active = null;
            pipeline.close(answer);
        }
    }

    /** A bug in replay: the state cannot be trusted any more. */
    private void fail() {
        unload(Errors.NOT_COORDINATOR);
    }

    private void scheduleWake() {
        OptionalLong next = active == null || active.isFull() ? OptionalLong.empty() : active.nextAlarm();
        if (next.isEmpty() || next.getAsLong() >= wakeAtMs) {
            return;
        }
        if (wake != null) {
            wake.cancel();
        }
        wakeAtMs = next.getAsLong();
        wake = ports.timer().schedule(Math.max(0, wakeAtMs - now().steadyMs()), () -> event(this::ring));
    }

    private void ring() {
        wakeAtMs = Long.MAX_VALUE;
        wake = null;
        if (active != null) {
            active.ring(now());
        }
    }

    private Moment now() {
        return ports.clock().get();
    }
}
