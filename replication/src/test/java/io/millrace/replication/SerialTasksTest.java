package io.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SerialTasksTest {
    private final Queue<Runnable> executor = new ArrayDeque<>();
    private final SerialTasks tasks = new SerialTasks();
    private final List<Integer> done = new ArrayList<>();

    @Test
    void tasksRunInTheirOrderOnOneWorkerAtATime() {
        tasks.run(executor::add, () -> done.add(1));
        tasks.run(executor::add, () -> done.add(2));
        assertThat(executor).hasSize(1);
        assertThat(tasks.busy()).isTrue();

        executor.remove().run();

        assertThat(done).containsExactly(1, 2);
        assertThat(tasks.busy()).isFalse();
    }

    @Test
    void itIsBusyUntilTheLastTaskHasRun() {
        tasks.run(executor::add, () -> assertThat(tasks.busy()).isTrue());
        executor.remove().run();
        assertThat(tasks.busy()).isFalse();

        tasks.run(executor::add, () -> done.add(3));
        executor.remove().run();
        assertThat(done).containsExactly(3);
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheOthers() {
        tasks.run(executor::add, () -> {
            throw new IllegalStateException("expected by the test");
        });
        tasks.run(executor::add, () -> done.add(1));
        executor.remove().run();

        assertThat(done).containsExactly(1);
    }
}
