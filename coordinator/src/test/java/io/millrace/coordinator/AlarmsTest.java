package io.millrace.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private final Alarms<String> alarms = new Alarms<>();

    @Test
    void ringInTheOrderOfTime() {
        alarms.add(new Alarm<>(30, "c"));
        alarms.add(new Alarm<>(10, "a"));
        alarms.add(new Alarm<>(20, "b"));

        assertThat(alarms.next()).isEqualTo(OptionalLong.of(10));
        assertThat(alarms.due(9)).isEmpty();
        assertThat(alarms.due(20)).contains("a");
        assertThat(alarms.due(20)).contains("b");
        assertThat(alarms.due(20)).isEmpty();
        assertThat(alarms.due(30)).contains("c");
    }

    @Test
    void ofEqualCommandsOnlyTheEarliestRings() {
        alarms.add(new Alarm<>(20, "a"));
        alarms.add(new Alarm<>(10, "a"));
        alarms.add(new Alarm<>(30, "a"));

        assertThat(alarms.due(100)).contains("a");
        assertThat(alarms.due(100)).isEmpty();
    }

    @Test
    void aCommandThatRangMayBeSetAgain() {
        alarms.add(new Alarm<>(10, "a"));
        alarms.add(new Alarm<>(5, "a"));
        alarms.due(5);
        alarms.add(new Alarm<>(40, "a"));

        assertThat(alarms.due(39)).isEmpty();
        assertThat(alarms.due(40)).contains("a");
    }
}
