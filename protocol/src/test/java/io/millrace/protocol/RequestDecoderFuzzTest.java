package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.millrace.protocol.ApiRegistry.VersionRange;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.junit.jupiter.api.Test;

/** Every key and version of a broker: what is valid is taken as it is, what is damaged is refused cleanly and cheaply. */
class RequestDecoderFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 40);
    /** What decoding may allocate: some for each byte that came, and the first slots of a lying array. */
    private static final long ALLOCATED_PER_BYTE = 200;

    private static final long ALLOCATED_FIXED = 200_000;
    private static final int[] LIES = {Integer.MIN_VALUE, -2, -1, 0, 1, 999_999, 1_000_001, Integer.MAX_VALUE};

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRequests requests = new RandomRequests(random);
    private final List<VersionRange> ranges = ApiKeys.brokerApis().stream()
            .map(key -> VersionRange.of(key, key.oldestVersion(), key.latestVersion()))
            .toList();
    private final RequestDecoder decoder = new RequestDecoder(new ApiRegistry(ranges));
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void validRequestsSurviveARoundTrip() {
        forEachVersion((key, version) -> {
            ByteBuffer frame = requests.frame(key, version);
            ApiRequest request = decoder.decode(frame.duplicate());

            ObjectSerializationCache cache = new ObjectSerializationCache();
            ByteBuffer again = ByteBuffer.allocate(request.body().size(cache, version));
            request.body().write(new ByteBufferAccessor(again), cache, version);
            ByteBuffer body = frame.slice(frame.limit() - again.capacity(), again.capacity());
            assertThat(again.flip()).as("%s %s, seed %s", key, version, seed).isEqualTo(body);
        });
    }

    @Test
    void damagedRequestsAreTakenOrRefusedButNeverWorse() {
        forEachVersion((key, version) -> {
            ByteBuffer frame = damaged(requests.frame(key, version));
            frame.putShort(0, key.id).putShort(2, version);
            long before = threads.getCurrentThreadAllocatedBytes();
            String outcome = outcome(frame);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            assertThat(allocated)
                    .as("%s %s %s, seed %s, %s", key, version, outcome, seed, hex(frame))
                    .isLessThan(ALLOCATED_FIXED + ALLOCATED_PER_BYTE * frame.limit());
        });
    }

    private String outcome(ByteBuffer frame) {
        try {
            decoder.decode(frame.duplicate());
            return "taken";
        } catch (InvalidRequestException refused) {
            return "refused: " + refused.getMessage();
        } catch (RuntimeException | Error worse) {
            return fail("seed " + seed + ", " + hex(frame), worse);
        }
    }

    private ByteBuffer damaged(ByteBuffer frame) {
        ByteBuffer damaged = ByteBuffer.allocate(frame.limit() + 8).put(frame);
        damaged.limit(frame.limit());
        for (int wounds = 1 + random.nextInt(4); wounds > 0; wounds--) {
            int at = 4 + random.nextInt(Math.max(1, damaged.limit() - 4));
            switch (random.nextInt(5)) {
                case 0 -> damaged.put(Math.min(at, damaged.limit() - 1), (byte) random.nextInt());
                case 1 -> lie(damaged, at, 4);
                case 2 -> lie(damaged, at, 2);
                case 3 -> damaged.limit(Math.max(4, at));
                default -> damaged.limit(Math.min(damaged.capacity(), damaged.limit() + random.nextInt(4)));
            }
        }
        return damaged.position(0);
    }

    private void lie(ByteBuffer frame, int at, int bytes) {
        int lie = LIES[random.nextInt(LIES.length)];
        if (at + bytes <= frame.limit()) {
            if (bytes == 2) {
                frame.putShort(at, (short) lie);
            } else {
                frame.putInt(at, lie);
            }
        }
    }

    private static String hex(ByteBuffer frame) {
        byte[] bytes = new byte[frame.limit()];
        frame.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private interface Check {
        void check(ApiKeys key, short version);
    }

    private void forEachVersion(Check check) {
        for (VersionRange range : ranges) {
            for (short version = range.oldest(); version <= range.latest(); version++) {
                for (int round = 0; round < ROUNDS; round++) {
                    check.check(range.key(), version);
                }
            }
        }
    }
}
