package io.millrace.coordinator;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/** The internal topic in memory, as good or bad as a test wants it to be. */
public final class SimulatedLog implements ShardLog {
    private final SimulatedWorld world;
    private final Map<Integer, List<ByteBuffer>> batches = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private Behaviour behaviour = Behaviour.COMMIT;
    private int loads;

    /** What becomes of appends. */
    public enum Behaviour {
        /** In the log and committed. */
        COMMIT,
        /** Nothing happens until the test says so. */
        HOLD,
        /** Refused for want of replicas. */
        REFUSE,
        /** In the log, but the answer is a timeout. */
        LOSE_ANSWER,
        /** Not in the log, and the answer is a timeout. */
        LOSE_BATCH
    }

    private record Held(int shard, ByteBuffer batch, CompletableFuture<Long> future) {}

    SimulatedLog(SimulatedWorld world) {
        this.world = world;
    }

    public void behave(Behaviour how) {
        behaviour = how;
    }

    @Override
    public CompletableFuture<Long> append(int shard, int leaderEpoch, ByteBuffer batch) {
        CompletableFuture<Long> future = new CompletableFuture<>();
        Held append = new Held(shard, batch, future);
        if (behaviour == Behaviour.HOLD) {
            held.add(append);
        } else {
            Behaviour now = behaviour;
            world.execute(() -> end(append, now));
        }
        return future;
    }

    /** Ends every append that was held. */
    public void release(Behaviour how) {
        List<Held> appends = new ArrayList<>(held);
        held.clear();
        appends.forEach(append -> end(append, how));
    }

    public int held() {
        return held.size();
    }

    private void end(Held append, Behaviour how) {
        switch (how) {
            case COMMIT -> append.future().complete(store(append));
            case REFUSE -> append.future().completeExceptionally(new NotAppendedException(Errors.NOT_ENOUGH_REPLICAS));
            case LOSE_ANSWER -> {
                store(append);
                append.future().completeExceptionally(new TimeoutException("no answer"));
            }
            case LOSE_BATCH -> append.future().completeExceptionally(new TimeoutException("no answer"));
            case HOLD -> held.add(append);
        }
    }

    private long store(Held append) {
        List<ByteBuffer> log = batches.computeIfAbsent(append.shard(), shard -> new ArrayList<>());
        log.add(append.batch());
        return log.size();
    }

    /** Puts a batch there that somebody else has written. */
    public void put(int shard, MemoryRecords records) {
        batches.computeIfAbsent(shard, id -> new ArrayList<>()).add(records.buffer());
    }

    @Override
    public void replay(int shard, int leaderEpoch, Consumer<ByteBuffer> sink) {
        loads++;
        batches.getOrDefault(shard, List.of()).forEach(batch -> sink.accept(batch.duplicate()));
    }

    public int loads() {
        return loads;
    }

    public int batches(int shard) {
        return batches.getOrDefault(shard, List.of()).size();
    }

    /** Bytes of each batch of a shard. */
    public List<Integer> sizes(int shard) {
        return batches.getOrDefault(shard, List.of()).stream()
                .map(ByteBuffer::remaining)
                .toList();
    }

    /** Every record of a shard. */
    public List<Record> records(int shard) {
        List<Record> records = new ArrayList<>();
        batches.getOrDefault(shard, List.of())
                .forEach(batch -> MemoryRecords.readableRecords(batch.duplicate())
                        .records()
                        .forEach(records::add));
        return records;
    }
}
