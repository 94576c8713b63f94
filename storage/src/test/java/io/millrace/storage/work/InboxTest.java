package io.millrace.storage.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final int SENDERS = 4;
    private static final int EACH = 50_000;

    private static final class Letter extends Inbox.Item {
        private final int sender;
        private final int number;

        Letter(int sender, int number) {
            this.sender = sender;
            this.number = number;
        }
    }

    /** Takes all letters, in the order of each sender. */
    private static final class Reader implements Worker.Step {
        private final Inbox<Letter> inbox = new Inbox<>(Letter.class);
        private final int[] next = new int[SENDERS];
        private volatile int taken;

        @Override
        public boolean run() {
            int before = taken;
            int count = before;
            @Nullable Letter letter;
            while ((letter = inbox.take()) != null) {
                assertThat(letter.number).isEqualTo(next[letter.sender]++);
                count++;
            }
            taken = count;
            return count > before;
        }

        @Override
        public boolean isIdle() {
            return inbox.isEmpty();
        }

        @Override
        public void died(Throwable cause) {
            taken = -1;
        }
    }

    @Test
    void everySendersLettersArriveOnceAndInOrder() throws Exception {
        Reader reader = new Reader();
        try (ThreadWorkers workers = new ThreadWorkers("test")) {
            Worker worker = workers.start("test-reader", reader);
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                int sender = i;
                senders.add(Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < EACH; n++) {
                        reader.inbox.put(new Letter(sender, n));
                        worker.wake();
                    }
                }));
            }
            for (Thread sender : senders) {
                sender.join();
            }
            worker.stop();
        }
        assertThat(reader.taken).isEqualTo(SENDERS * EACH);
    }
}
