package io.millrace.storage.producer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Producer states as a file, in Kafka's format; big-endian.
 *
 * <pre>
 *  0  2  version (1)
 *  2  4  CRC-32C of all that follows
 *  6  4  number of entries
 * 10     entries of 46 bytes:
 *          0  8  producer id
 *          8  2  producer epoch
 *         10  4  last sequence              -1: no batch
 *         14  8  last offset                -1: no batch
 *         22  4  offset delta
 *         26  8  when the producer was last active (of older batches: their largest timestamp), ms
 *         34  4  coordinator epoch          -1: none
 *         38  8  first offset of the open transaction, -1: none
 * </pre>
 *
 * Kafka writes one entry a producer, for its last batch. We write one for each batch kept, the newest last, so that a retry of
 * an older one is known after a restart too; Kafka, reading this, takes the last entry of a producer.
 */
public final class ProducerSnapshot {
    private static final short VERSION = 1;
    private static final int CRC = 2;
    private static final int COUNT = 6;
    private static final int ENTRIES = 10;
    private static final int ENTRY_SIZE = 46;

    private ProducerSnapshot() {}

    /** A batch kept of a producer, or that there is none. */
    public record Entry(
            long producerId,
            short epoch,
            @Nullable ProducedBatch batch,
            long timestampMs,
            int coordinatorEpoch,
            long transactionStart) {}

    static void addEntries(long id, ProducerState state, List<Entry> entries) {
        for (int i = 0; i < state.count() - 1; i++) {
            ProducedBatch batch = state.batch(i);
            entries.add(new Entry(
                    id,
                    state.epoch(),
                    batch,
                    batch.timestampMs(),
                    state.coordinatorEpoch(),
                    ProducerState.NO_TRANSACTION));
        }
        entries.add(new Entry(
                id,
                state.epoch(),
                state.isEmpty() ? null : state.batch(state.count() - 1),
                state.lastActiveMs(),
                state.coordinatorEpoch(),
                state.transactionStart()));
    }

    /** The file for these states. */
    public static ByteBuffer write(ProducerStates states) {
        List<Entry> entries = states.entries();
        ByteBuffer file = ByteBuffer.allocate(ENTRIES + entries.size() * ENTRY_SIZE);
        file.putShort(VERSION).putInt(0).putInt(entries.size());
        for (Entry entry : entries) {
            put(entry, file);
        }
        file.flip();
        return file.putInt(CRC, crc(file));
    }

    private static void put(Entry entry, ByteBuffer file) {
        ProducedBatch batch = entry.batch();
        file.putLong(entry.producerId()).putShort(entry.epoch());
        if (batch == null) {
            file.putInt(ProducedBatch.NO_SEQUENCE).putLong(-1).putInt(0);
        } else {
            file.putInt(batch.lastSequence()).putLong(batch.lastOffset()).putInt(batch.offsetDelta());
        }
        file.putLong(entry.timestampMs()).putInt(entry.coordinatorEpoch()).putLong(entry.transactionStart());
    }

    /**
     * Puts a file's contents into states that have none yet.
     *
     * @return whether the file is whole; if not, nothing has changed
     */
    public static boolean read(ByteBuffer file, ProducerStates into) {
        Optional<List<Entry>> entries = entries(file);
        entries.ifPresent(all -> all.forEach(into::restore));
        return entries.isPresent();
    }

    /** A file's contents; empty if the file is not whole. */
    public static Optional<List<Entry>> entries(ByteBuffer file) {
        if (file.limit() < ENTRIES
                || file.getShort(0) != VERSION
                || file.getInt(CRC) != crc(file)
                || (file.limit() - ENTRIES) % ENTRY_SIZE != 0
                || file.getInt(COUNT) != (file.limit() - ENTRIES) / ENTRY_SIZE) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        for (int at = ENTRIES; at < file.limit(); at += ENTRY_SIZE) {
            entries.add(entry(file.slice(at, ENTRY_SIZE)));
        }
        return Optional.of(entries);
    }

    private static Entry entry(ByteBuffer from) {
        long id = from.getLong();
        short epoch = from.getShort();
        int lastSequence = from.getInt();
        long lastOffset = from.getLong();
        int offsetDelta = from.getInt();
        long timestampMs = from.getLong();
        ProducedBatch batch =
                lastOffset < 0 ? null : new ProducedBatch(lastSequence, lastOffset, offsetDelta, timestampMs);
        return new Entry(id, epoch, batch, timestampMs, from.getInt(), from.getLong());
    }

    private static int crc(ByteBuffer file) {
        CRC32C crc = new CRC32C();
        crc.update(file.slice(COUNT, file.limit() - COUNT));
        return (int) crc.getValue();
    }
}
