package io.millrace.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UndoMapTest {
    private final UndoLog undo = new UndoLog();
    private final UndoMap<Integer, Integer> map = new UndoMap<>(undo);

    private Map<Integer, Integer> contents() {
        Map<Integer, Integer> contents = new HashMap<>();
        map.entries().forEach(entry -> contents.put(entry.getKey(), entry.getValue()));
        return contents;
    }

    @Test
    void everyMarkIsAWayBackUntilItIsForgotten() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Long> marks = new ArrayList<>();
        List<Map<Integer, Integer>> states = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    marks.add(undo.mark());
                    states.add(contents());
                }
                case 1 -> {
                    if (!marks.isEmpty()) {
                        int back = random.nextInt(marks.size());
                        undo.undoTo(marks.get(back));
                        assertThat(contents())
                                .as("seed %d, step %d", seed, step)
                                .isEqualTo(states.get(back));
                        marks.subList(back, marks.size()).clear();
                        states.subList(back, states.size()).clear();
                    }
                }
                case 2 -> {
                    if (!marks.isEmpty()) {
                        undo.forgetBefore(marks.removeFirst());
                        states.removeFirst();
                    }
                }
                case 3, 4 -> map.remove(random.nextInt(20));
                default -> map.put(random.nextInt(20), random.nextInt());
            }
        }
    }
}
