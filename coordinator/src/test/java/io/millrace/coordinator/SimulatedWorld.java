package io.millrace.coordinator;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time and threads of a test: everything runs on the test's thread, in one order, when it says so. */
public final class SimulatedWorld {
    /** The wall clock starts elsewhere than the steady one, so that a mix-up shows. */
    public static final long WALL_START_MS = 1_700_000_000_000L;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timed> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timed::atMs).thenComparingLong(Timed::order));
    private final SimulatedLog log = new SimulatedLog(this);
    private long nowMs;
    private long order;

    private record Timed(long atMs, long order, Runnable task) {}

    public ShardPorts ports() {
        return new ShardPorts(log, this::now, this::schedule, tasks::add, tasks::add);
    }

    public SimulatedLog log() {
        return log;
    }

    public Moment now() {
        return new Moment(WALL_START_MS + nowMs, nowMs);
    }

    /** Runs a task in its turn. */
    public void execute(Runnable task) {
        tasks.add(task);
    }

    private WakeTimer.Wake schedule(long delayMs, Runnable task) {
        Timed timed = new Timed(nowMs + delayMs, order++, task);
        timers.add(timed);
        return () -> timers.remove(timed);
    }

    /** Runs what there is to do now. */
    public void settle() {
        for (int steps = 0; !tasks.isEmpty(); steps++) {
            if (steps > 1_000_000) {
                throw new AssertionError("the world does not come to rest");
            }
            tasks.remove().run();
        }
    }

    /** Lets time pass, doing what falls due on the way. */
    public void advance(long ms) {
        long endMs = nowMs + ms;
        settle();
        for (Timed next = timers.peek(); next != null && next.atMs() <= endMs; next = timers.peek()) {
            timers.remove();
            nowMs = Math.max(nowMs, next.atMs());
            tasks.add(next.task());
            settle();
        }
        nowMs = endMs;
    }
}
