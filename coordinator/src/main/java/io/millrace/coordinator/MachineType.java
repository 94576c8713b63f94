package io.millrace.coordinator;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kind of coordinator: makes its state machines and knows the format of its records. Safe for any thread.
 */
public interface MachineType<C, R> {
    /** For log lines. */
    String name();

    /** An empty machine, its state in maps of this undo log. */
    StateMachine<C, R> create(int shard, UndoLog undo);

    /** Decided first when a shard has been loaded: what time does to the loaded state begins here. */
    C loaded();

    /** The record that stands for this change in the log; empty for what is lost with the leader. */
    Optional<KeyValue> record(R change);

    /**
     * The change a record stands for; empty for a kind of record that this version does not know.
     *
     * @throws RuntimeException for a record that cannot be understood: the shard cannot be loaded
     */
    Optional<R> change(ByteBuffer key, @Nullable ByteBuffer value);

    /** A record's contents; without a value a tombstone. */
    record KeyValue(ByteBuffer key, @Nullable ByteBuffer value) {}
}
