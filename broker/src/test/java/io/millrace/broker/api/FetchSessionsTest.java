package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FetchSessionsTest {
    private static final long NOW = 1_000_000;
    private static final long LATER = NOW + FetchSessions.EVICTION_MS + 1;

    private final FetchSessions sessions = new FetchSessions(2);

    @Test
    void thereAreNoMoreThanItsSlots() {
        assertThat(create(1, NOW)).isNotNull();
        assertThat(create(1, NOW)).isNotNull();
        assertThat(create(100, NOW)).isNull();
        assertThat(sessions.size()).isEqualTo(2);
    }

    @Test
    void aStaleSessionMakesRoom() {
        FetchSession stale = created(5, NOW);
        FetchSession used = created(5, NOW);
        assertThat(used.update(Fetches.request().setSessionEpoch(1), false, LATER))
                .isEqualTo(Errors.NONE);

        assertThat(create(1, LATER)).isNotNull();
        assertThat(sessions.session(stale.id())).isNull();
        assertThat(sessions.session(used.id())).isSameAs(used);
    }

    @Test
    void anOldSmallerSessionMakesRoomForALargerOne() {
        FetchSession small = created(2, NOW);
        FetchSession large = created(9, NOW);
        use(small, LATER);
        use(large, LATER);

        assertThat(create(2, LATER)).isNull();
        assertThat(create(3, LATER)).isNotNull();
        assertThat(sessions.session(small.id())).isNull();
        assertThat(sessions.session(large.id())).isSameAs(large);
    }

    @Test
    void aSessionMayBeginWithNothingButNotWithTooMuch() {
        assertThat(create(0, NOW)).isNotNull();
        assertThat(create(FetchSessions.PARTITIONS_MAX + 1, NOW)).isNull();
    }

    @Test
    void epochsGoAroundAndLeaveOutZero() {
        assertThat(FetchSession.nextEpoch(1)).isEqualTo(2);
        assertThat(FetchSession.nextEpoch(Integer.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void aWrongEpochChangesNothing() {
        FetchSession session = created(1, NOW);

        assertThat(session.update(Fetches.of("new", 0, 0).setSessionEpoch(2), false, NOW))
                .isEqualTo(Errors.INVALID_FETCH_SESSION_EPOCH);
        assertThat(session.update(Fetches.of("new", 0, 0).setSessionEpoch(1), true, NOW))
                .isEqualTo(Errors.FETCH_SESSION_TOPIC_ID_ERROR);
        assertThat(session.targets()).hasSize(1);
        assertThat(session.update(Fetches.of("new", 0, 0).setSessionEpoch(1), false, NOW))
                .isEqualTo(Errors.NONE);
        assertThat(session.targets()).hasSize(2);
    }

    private static void use(FetchSession session, long nowMs) {
        assertThat(session.update(Fetches.request().setSessionEpoch(1), false, nowMs))
                .isEqualTo(Errors.NONE);
    }

    private FetchSession created(int partitions, long nowMs) {
        return Objects.requireNonNull(create(partitions, nowMs));
    }

    private @Nullable FetchSession create(int partitions, long nowMs) {
        List<FetchTarget> targets = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            targets.add(new FetchTarget(new FetchTopic().setTopic("t"), new FetchPartition().setPartition(i)));
        }
        return sessions.create(targets, false, nowMs);
    }
}
