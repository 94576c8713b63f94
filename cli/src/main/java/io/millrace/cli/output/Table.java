package io.millrace.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, columns aligned: numbers to the right, all else to the left. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    public Table(String... headings) {
        rows.add(List.of(headings));
        columns = headings.length;
    }

    public void row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columns + " columns");
        }
        List<String> row = new ArrayList<>(columns);
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
    }

    /** The lines, each ended by a newline. */
    public String text() {
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            widths[column] = width(column);
            numeric[column] = numeric(column);
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                append(line, row.get(column), widths[column], numeric[column]);
                line.append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static void append(StringBuilder line, String cell, int width, boolean right) {
        String padding = " ".repeat(width - cell.length());
        line.append(right ? padding + cell : cell + padding);
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private boolean numeric(int column) {
        return rows.size() > 1
                && rows.stream().skip(1).map(row -> row.get(column)).allMatch(cell -> cell.matches("-?\\d+|-"));
    }
}
