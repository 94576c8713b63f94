package io.millrace.broker.api;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The fetch sessions of a broker, a bounded number (KIP-227). When there is no slot left, a session unused for two minutes makes
 * room; else one at least two minutes old that covers fewer partitions than the new one; else the client goes without. Safe for
 * any thread.
 */
public final class FetchSessions {
    /** Kafka's default of max.incremental.fetch.session.cache.slots. */
    public static final int DEFAULT_SLOTS = 1000;

    static final long EVICTION_MS = 120_000;
    /** A fetch of more partitions gets no session. */
    static final int PARTITIONS_MAX = 100_000;
    /** What stands for no session in requests and responses. */
    static final int NO_SESSION = 0;

    private final int slots;
    private final Map<Integer, FetchSession> sessions = new ConcurrentHashMap<>();

    /** @param slots max.incremental.fetch.session.cache.slots */
    public FetchSessions(int slots) {
        this.slots = slots;
    }

    @Nullable
    FetchSession session(int id) {
        return sessions.get(id);
    }

    void remove(int id) {
        sessions.remove(id);
    }

    /** A new session; null if there is no room for it. */
    synchronized @Nullable FetchSession create(List<FetchTarget> targets, boolean usesTopicIds, long nowMs) {
        int size = targets.size();
        if (size > PARTITIONS_MAX || (sessions.size() >= slots && !evict(size, nowMs))) {
            return null;
        }
        FetchSession created = new FetchSession(freeId(), usesTopicIds, targets, nowMs);
        sessions.put(created.id(), created);
        return created;
    }

    private boolean evict(int newSize, long nowMs) {
        Optional<FetchSession> stale = sessions.values().stream()
                .min(Comparator.comparingLong(FetchSession::lastUsedMs))
                .filter(session -> nowMs - session.lastUsedMs() > EVICTION_MS);
        Optional<FetchSession> evicted = stale.or(() -> sessions.values().stream()
                .filter(session -> nowMs - session.createdMs() > EVICTION_MS)
                .min(Comparator.comparingInt(FetchSession::size))
                .filter(session -> session.size() < newSize));
        evicted.ifPresent(session -> sessions.remove(session.id()));
        return evicted.isPresent();
    }

    private int freeId() {
        int id;
        do {
            id = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        } while (sessions.containsKey(id));
        return id;
    }

    /** Sessions held now. */
    public int size() {
        return sessions.size();
    }
}
