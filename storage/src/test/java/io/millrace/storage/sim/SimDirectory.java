package io.millrace.storage.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The names in a directory, as they are seen and as they would surely be found after a crash. */
final class SimDirectory implements SimNode {
    private Map<String, SimNode> durable = new TreeMap<>();
    private final Map<String, SimNode> seen = new TreeMap<>();
    private final List<Consumer<Map<String, SimNode>>> changes = new ArrayList<>();

    Map<String, SimNode> entries() {
        return seen;
    }

    @Override
    public int size() {
        return seen.values().stream().mapToInt(SimNode::size).sum();
    }

    @Nullable
    SimNode find(String name) {
        return seen.get(name);
    }

    void add(String name, SimNode node) {
        change(entries -> entries.put(name, node));
    }

    void remove(String name) {
        change(entries -> entries.remove(name));
    }

    void rename(String from, String to) {
        SimNode node = seen.get(from);
        if (node == null) {
            throw new IllegalStateException("no " + from);
        }
        change(entries -> {
            entries.remove(from);
            entries.put(to, node);
        });
    }

    private void change(Consumer<Map<String, SimNode>> change) {
        change.accept(seen);
        changes.add(change);
    }

    void sync() {
        durable = new TreeMap<>(seen);
        changes.clear();
    }

    /** Some of what was not synced is found, in any selection. */
    @Override
    public void crash(Random random) {
        boolean any = random.nextInt(3) == 0;
        int kept = random.nextInt(3) == 0 ? changes.size() : random.nextInt(changes.size() + 1);
        for (int i = 0; i < changes.size(); i++) {
            if (any ? random.nextBoolean() : i < kept) {
                changes.get(i).accept(durable);
            }
        }
        seen.clear();
        seen.putAll(durable);
        changes.clear();
        seen.values().forEach(node -> node.crash(random));
    }

    @Override
    public void outliveProcess() {
        sync();
        seen.values().forEach(SimNode::outliveProcess);
    }
}
