package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incremental fetches against what KIP-227 makes of them in the simplest way: a map of what was asked and what was told. */
class FetchSessionModelTest {
    private static final int VERSION = 12;
    private static final int PARTITIONS = 6;
    private static final int STEPS = Integer.getInteger("model.steps", 1500);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<Integer, Long> asked = new LinkedHashMap<>();
    private final Map<Integer, Long> told = new LinkedHashMap<>();
    private final long[] ends = new long[PARTITIONS];
    private int sessionId;
    private int epoch;
    private RecordWorld world;
    private FetchHandler handler;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        world = new RecordWorld(directory);
        // One partition more is asked for than there is.
        world.create("t", PARTITIONS - 1);
        handler = new FetchHandler(world.replicas, new FetchSessions(3), world.cluster.metadata::image, 50 << 20);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void incrementalAnswersAreWhatTheModelSays() throws Exception {
        begin();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0 -> begin();
                case 1 -> fetchWithWrongEpoch();
                case 2 -> fetchFromUnknownSession();
                case 3, 4, 5, 6 -> produce();
                default -> fetch();
            }
        }
    }

    private void produce() throws Exception {
        int partition = random.nextInt(PARTITIONS - 1);
        world.produce("t", partition, "v" + ends[partition]);
        ends[partition]++;
    }

    /** A full fetch: what was is forgotten, everything is answered. */
    private void begin() throws Exception {
        asked.clear();
        told.clear();
        FetchRequestData request = Fetches.request().setSessionId(sessionId).setSessionEpoch(0);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            if (partition == 0 || random.nextBoolean()) {
                ask(request, partition);
            }
        }
        FetchResponseData response = send(request);
        assertThat(response.errorCode()).isZero();
        sessionId = response.sessionId();
        assertThat(sessionId).as("seed %s", seed).isNotZero();
        epoch = 1;
        assertThat(check(response)).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(asked.keySet());
    }

    private void fetch() throws Exception {
        FetchRequestData request = Fetches.request().setSessionId(sessionId).setSessionEpoch(epoch++);
        for (int changes = random.nextInt(3); changes > 0; changes--) {
            ask(request, random.nextInt(PARTITIONS));
        }
        if (random.nextInt(4) == 0) {
            forget(request);
        }
        List<Integer> expected = asked.keySet().stream().filter(this::news).toList();
        FetchResponseData response = send(request);

        if (asked.isEmpty()) {
            assertThat(response.sessionId()).as("seed %s", seed).isZero();
            begin();
            return;
        }
        assertThat(response.sessionId()).isEqualTo(sessionId);
        assertThat(check(response)).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void forget(FetchRequestData request) {
        List<Integer> candidates = new ArrayList<>(asked.keySet());
        if (!candidates.isEmpty()) {
            int forgotten = candidates.get(random.nextInt(candidates.size()));
            Fetches.forget(request, "t", forgotten);
            asked.remove(forgotten);
            told.remove(forgotten);
        }
    }

    private void fetchWithWrongEpoch() throws Exception {
        FetchResponseData response = send(
                Fetches.of("t", 1, 0).setSessionId(sessionId).setSessionEpoch(epoch + 1 + random.nextInt(5)));

        assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.INVALID_FETCH_SESSION_EPOCH);
    }

    private void fetchFromUnknownSession() throws Exception {
        FetchResponseData response =
                send(Fetches.of("t", 1, 0).setSessionId(sessionId ^ 1).setSessionEpoch(epoch));

        assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND);
    }

    private void ask(FetchRequestData request, int partition) {
        long offset = random.nextBoolean() ? ends[partition] : random.nextLong(ends[partition] + 1);
        Fetches.add(request, "t", partition, offset);
        asked.put(partition, offset);
    }

    /** Errors are told each time, records as long as there are any, high watermarks when they change. */
    private boolean news(int partition) {
        return partition == PARTITIONS - 1
                || asked.getOrDefault(partition, 0L) < ends[partition]
                || told.getOrDefault(partition, -1L) != ends[partition];
    }

    private List<Integer> check(FetchResponseData response) throws IOException {
        List<Integer> answered = new ArrayList<>();
        for (var topic : response.responses()) {
            for (PartitionData answer : topic.partitions()) {
                int partition = answer.partitionIndex();
                answered.add(partition);
                List<String> values = RecordWorld.values(answer.records());
                if (partition == PARTITIONS - 1) {
                    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
                    continue;
                }
                told.put(partition, ends[partition]);
                assertThat(answer.highWatermark()).isEqualTo(ends[partition]);
                List<String> expected = new ArrayList<>();
                for (long offset = asked.getOrDefault(partition, 0L); offset < ends[partition]; offset++) {
                    expected.add("v" + offset);
                }
                assertThat(values).as("seed %s", seed).endsWith(expected.toArray(String[]::new));
            }
        }
        return answered;
    }

    private FetchResponseData send(FetchRequestData request) throws Exception {
        return world.ask(handler, VERSION, request, FetchResponseData.class);
    }
}
