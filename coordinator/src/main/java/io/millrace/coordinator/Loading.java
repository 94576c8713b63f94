package io.millrace.coordinator;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Replays a shard's partition into a new state machine, on the loader's thread; the shard takes the machine over when it is
 * done.
 */
final class Loading<C, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Loading.class);

    private final String name;
    private final MachineType<C, R> type;
    private final UndoLog undo = new UndoLog();
    private final StateMachine<C, R> machine;
    private final TreeSet<Short> unknown = new TreeSet<>();
    private long records;
    private volatile boolean stopped;

    Loading(String name, MachineType<C, R> type, int shard) {
        this.name = name;
        this.type = type;
        this.machine = type.create(shard, undo);
    }

    /** Reads it all; null when that went well. */
    @Nullable
    Throwable read(ShardLog log, int shard, int leaderEpoch) {
        long start = System.nanoTime();
        try {
            log.replay(shard, leaderEpoch, this::replay);
        } catch (Exception failure) {
            return failure;
        }
        if (!unknown.isEmpty()) {
            LOG.info("{}: skipped records of unknown types {}", name, unknown);
        }
        LOG.atLevel(records == 0 ? Level.DEBUG : Level.INFO)
                .log("{}: loaded {} records in {} ms", name, records, (System.nanoTime() - start) / 1_000_000);
        return null;
    }

    /** Any thread: nobody needs it any more. */
    void stop() {
        stopped = true;
    }

    private void replay(ByteBuffer batches) {
        for (RecordBatch batch : MemoryRecords.readableRecords(batches).batches()) {
            if (stopped) {
                throw new CancellationException("leadership was lost while loading");
            }
            if (!batch.isControlBatch()) {
                batch.forEach(this::replay);
            }
        }
        undo.forgetBefore(undo.mark());
    }

    private void replay(Record record) {
        records++;
        ByteBuffer key = record.key();
        Optional<R> change = type.change(key, record.value());
        if (change.isPresent()) {
            machine.replay(change.get());
        } else {
            unknown.add(key.getShort(key.position()));
        }
    }

    Pipeline<C, R> pipeline(ShardLimits limits) {
        return new Pipeline<>(name, type, machine, undo, limits);
    }
}
