package io.millrace.broker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int FRAME_MAX = 8 << 20;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final FrameReader reader = new FrameReader(FRAME_MAX);

    @AfterEach
    void nothingIsLeft() {
        reader.release();
        assertThat(allocator.metric().usedDirectMemory()).as("seed %s", seed).isZero();
    }

    @Test
    void framesComeOutAsTheyWentInWhateverTheReadsBring() {
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            sent.add(bytes(size()));
        }
        List<byte[]> received = new ArrayList<>();
        Stream stream = new Stream(sent);
        while (stream.feed()) {
            for (byte[] frame = next(); frame != null; frame = next()) {
                received.add(frame);
            }
            if (random.nextInt(3) == 0) {
                reader.idle(allocator);
            }
        }

        assertThat(received).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(received.get(i)).as("frame %s, seed %s", i, seed).isEqualTo(sent.get(i));
        }
    }

    @Test
    void aLargeFrameIsReadIntoItsOwnBuffer() {
        byte[] frame = bytes(1 << 20);
        Stream stream = new Stream(List.of(frame));
        stream.feedAtMost(100_000);
        assertThat(next()).isNull();

        ByteBuf target = reader.target(allocator);
        assertThat(target.capacity()).isEqualTo(frame.length);
        assertThat(target.writerIndex()).isEqualTo(FrameReader.CHUNK_BYTES - 4);
        reader.received(target);
    }

    @Test
    void aFrameThatClaimsMuchIsBelievedAsItArrives() {
        Stream stream = new Stream(List.of(bytes(FRAME_MAX)));
        stream.feedAtMost(10_000);
        next();

        assertThat(allocator.metric().usedDirectMemory()).isEqualTo(FrameReader.TRUSTED_BYTES);
    }

    @Test
    void impossibleSizesAreRefused() {
        for (int size : new int[] {-1, FRAME_MAX + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            FrameReader fresh = new FrameReader(FRAME_MAX);
            ByteBuf target = fresh.target(allocator).writeInt(size);
            fresh.received(target);

            assertThatThrownBy(fresh::nextSize).isInstanceOf(InvalidRequestException.class);
            fresh.release();
        }
    }

    @Test
    void anIdleConnectionHoldsNoChunk() {
        new Stream(List.of(bytes(100))).feed();
        next();
        reader.idle(allocator);

        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void aFewBytesOfAFrameHoldNoWholeChunk() {
        new Stream(List.of(bytes(2000))).feedAtMost(3);
        next();
        reader.idle(allocator);

        assertThat(allocator.metric().usedDirectMemory()).isLessThan(2000);
    }

    @Test
    void whatIsReadAfterReleaseIsThrownAway() {
        reader.release();
        ByteBuf target = reader.target(allocator).writeInt(1);
        reader.received(target);

        assertThat(reader.nextSize()).isEqualTo(-1);
    }

    private byte @Nullable [] next() {
        int size = reader.nextSize();
        ByteBuf frame = size < 0 ? null : reader.next(size, allocator);
        if (frame == null) {
            return null;
        }
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes).release();
        return bytes;
    }

    private int size() {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1, 2, 3 -> random.nextInt(300);
            case 4, 5, 6 -> 16_000 + random.nextInt(800);
            case 7, 8 -> random.nextInt(200_000);
            default -> random.nextInt(20) == 0 ? random.nextInt(FRAME_MAX) : random.nextInt(70_000);
        };
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Frames on a socket, read in pieces. */
    private final class Stream {
        private final byte[] bytes;
        private int position;

        Stream(List<byte[]> frames) {
            bytes = new byte[frames.stream().mapToInt(frame -> 4 + frame.length).sum()];
            int at = 0;
            for (byte[] frame : frames) {
                for (int i = 0; i < 4; i++) {
                    bytes[at++] = (byte) (frame.length >>> (24 - 8 * i));
                }
                System.arraycopy(frame, 0, bytes, at, frame.length);
                at += frame.length;
            }
        }

        boolean feed() {
            return feedAtMost(1 + random.nextInt(random.nextBoolean() ? 50 : 150_000));
        }

        boolean feedAtMost(int most) {
            ByteBuf target = reader.target(allocator);
            int count = Math.min(Math.min(most, target.writableBytes()), bytes.length - position);
            target.writeBytes(Arrays.copyOfRange(bytes, position, position + count));
            reader.received(target);
            position += count;
            return count > 0;
        }
    }
}
