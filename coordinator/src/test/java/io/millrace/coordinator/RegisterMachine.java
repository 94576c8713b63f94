package io.millrace.coordinator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** The smallest state machine there is: named texts, which can be set, read, set later by alarm, and broken. */
final class RegisterMachine implements StateMachine<RegisterMachine.Command, RegisterMachine.Put> {
    private final UndoMap<String, String> values;
    private final UndoMap<String, Long> deadlines;

    RegisterMachine(UndoLog undo) {
        values = new UndoMap<>(undo);
        deadlines = new UndoMap<>(undo);
    }

    record Put(String key, @Nullable String value) {}

    sealed interface Command {
        record Set(String key, String value, Ticket<String> ticket) implements Command {}

        record SetMany(int count, String value, boolean atomic, Ticket<String> ticket) implements Command {}

        record Get(String key, Ticket<String> ticket) implements Command {}

        record SetLater(String key, long afterMs, Ticket<String> ticket) implements Command {}

        record Due(String key) implements Command {}

        record Break(Ticket<String> ticket) implements Command {}

        record Loaded() implements Command {}
    }

    /** How errors look as an answer. */
    static String error(Errors error) {
        return error.name();
    }

    @Override
    public Decision<Command, Put> decide(Command command, Moment now) {
        return switch (command) {
            case Command.Set set ->
                decision(List.of(new Put(set.key(), set.value())), answer(set.ticket(), "set " + set.value()));
            case Command.SetMany many ->
                new Decision<>(
                        IntStream.range(0, many.count())
                                .mapToObj(i -> new Put("k" + i, many.value()))
                                .toList(),
                        answer(many.ticket(), "set " + many.count()),
                        List.of(),
                        many.atomic());
            case Command.Get get -> decision(List.of(), answer(get.ticket(), String.valueOf(values.get(get.key()))));
            case Command.SetLater later ->
                new Decision<>(
                        List.of(new Put("@" + later.key(), String.valueOf(now.steadyMs() + later.afterMs()))),
                        answer(later.ticket(), "later"),
                        List.of(new Alarm<>(now.steadyMs() + later.afterMs(), new Command.Due(later.key()))),
                        true);
            case Command.Due due -> due(due, now);
            case Command.Break broken -> throw new IllegalStateException("broken as asked");
            case Command.Loaded loaded -> decision(List.of(), List.of());
        };
    }

    private Decision<Command, Put> due(Command.Due due, Moment now) {
        Long deadline = deadlines.get(due.key());
        if (deadline == null) {
            return decision(List.of(), List.of());
        }
        if (deadline > now.steadyMs()) {
            return new Decision<>(List.of(), List.of(), List.of(new Alarm<>(deadline, due)), true);
        }
        return decision(List.of(new Put(due.key(), "rang"), new Put("@" + due.key(), null)), List.of());
    }

    private static Decision<Command, Put> decision(List<Put> changes, List<Answer<?>> answers) {
        return new Decision<>(changes, answers, List.of(), true);
    }

    private static List<Answer<?>> answer(Ticket<String> ticket, String reply) {
        return List.of(new Answer<>(ticket, reply));
    }

    @Override
    public void replay(Put change) {
        String value = change.value();
        if (!change.key().startsWith("@")) {
            if (value == null) {
                values.remove(change.key());
            } else {
                values.put(change.key(), value);
            }
        } else if (value == null) {
            deadlines.remove(change.key().substring(1));
        } else {
            deadlines.put(change.key().substring(1), Long.parseLong(value));
        }
    }

    @Override
    public List<Alarm<Command>> alarms(Moment now) {
        List<Alarm<Command>> alarms = new ArrayList<>();
        deadlines
                .entries()
                .forEach(entry -> alarms.add(new Alarm<>(entry.getValue(), new Command.Due(entry.getKey()))));
        return alarms;
    }

    /** Deadlines are lost with the leader; what begins with a question mark in the log is from another time. */
    static final class Type implements MachineType<Command, Put> {
        @Override
        public String name() {
            return "register";
        }

        @Override
        public RegisterMachine create(int shard, UndoLog undo) {
            return new RegisterMachine(undo);
        }

        @Override
        public Command loaded() {
            return new Command.Loaded();
        }

        @Override
        public Optional<KeyValue> record(Put change) {
            return change.key().startsWith("@")
                    ? Optional.empty()
                    : Optional.of(
                            new KeyValue(bytes(change.key()), change.value() == null ? null : bytes(change.value())));
        }

        @Override
        public Optional<Put> change(ByteBuffer key, @Nullable ByteBuffer value) {
            String name = text(key);
            if (name.startsWith("!")) {
                throw new IllegalArgumentException("cannot be understood");
            }
            return name.startsWith("?")
                    ? Optional.empty()
                    : Optional.of(new Put(name, value == null ? null : text(value)));
        }

        static ByteBuffer bytes(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        private static String text(ByteBuffer bytes) {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }
}
