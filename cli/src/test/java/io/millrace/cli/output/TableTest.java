package io.millrace.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void wordsGoLeftAndNumbersRight() {
        var table = new Table("NAME", "SIZE");
        table.row("a", 1);
        table.row("longer", 1000);

        assertThat(table.text()).isEqualTo("""
                NAME    SIZE
                a          1
                longer  1000
                """);
    }

    @Test
    void aDashIsAMissingNumber() {
        var table = new Table("LAG", "MEMBER");
        table.row("-", "-");
        table.row(12345, "m");

        assertThat(table.text()).isEqualTo("""
                  LAG  MEMBER
                    -  -
                12345  m
                """);
    }

    @Test
    void aRowOfAnotherWidthIsABug() {
        var table = new Table("A", "B");

        assertThatThrownBy(() -> table.row("x")).isInstanceOf(IllegalArgumentException.class);
    }
}
