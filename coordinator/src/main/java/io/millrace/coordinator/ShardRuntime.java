package io.millrace.coordinator;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.Errors;

/**
 * Runs the shards of one coordinator. Every method may be called by any thread and never blocks; futures complete on a
 * coordinator thread or, when nothing had to be asked, on the caller's.
 */
public final class ShardRuntime<C, R> implements AutoCloseable {
    private final List<Shard<C, R>> shards;

    /** @param shards partitions of the internal topic */
    public ShardRuntime(int shards, MachineType<C, R> type, ShardPorts ports, ShardLimits limits) {
        this.shards = IntStream.range(0, shards)
                .mapToObj(id -> new Shard<>(id, type, ports, limits))
                .toList();
    }

    public int shards() {
        return shards.size();
    }

    /** This broker leads the shard from now on: loads it in the background. An epoch that is not new is ignored. */
    public void elect(int shard, int leaderEpoch) {
        shards.get(shard).elect(leaderEpoch);
    }

    /** It does no longer: whoever waits is answered NOT_COORDINATOR. */
    public void resign(int shard) {
        shards.get(shard).resign(Errors.NOT_COORDINATOR);
    }

    /**
     * Has a command decided.
     *
     * @param onError the reply that says an error: the runtime's own (NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS,
     *     COORDINATOR_NOT_AVAILABLE, UNKNOWN_SERVER_ERROR) or the log's
     * @param command makes the command with the ticket to answer
     */
    public <T> CompletableFuture<T> submit(int shard, Function<Errors, T> onError, Function<Ticket<T>, C> command) {
        Ticket<T> ticket = new Ticket<>(onError);
        shards.get(shard).submit(command.apply(ticket), ticket);
        return ticket.future();
    }

    /** Has a command decided by every shard that is led here, those being loaded included; nobody waits for it. */
    public void tellAll(C command) {
        shards.forEach(shard -> shard.tell(command));
    }

    /** Drops all shards: whoever waits, and whoever asks later, is answered COORDINATOR_NOT_AVAILABLE. */
    @Override
    public void close() {
        shards.forEach(shard -> shard.resign(Errors.COORDINATOR_NOT_AVAILABLE));
    }
}
