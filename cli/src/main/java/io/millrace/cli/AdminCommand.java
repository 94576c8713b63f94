package io.millrace.cli;

import io.millrace.cli.output.JsonText;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the cluster to show or change something. */
abstract class AdminCommand implements Callable<Integer> {
    @Mixin
    HelpOption helpOption = new HelpOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "Answer with JSON, for programs.")
    boolean json;

    /** Does the work; failures leave as exceptions. */
    abstract void run(Admin admin);

    @Override
    public final Integer call() {
        try (Admin admin = client.admin()) {
            run(admin);
        }
        return ExitCode.DONE;
    }

    /** What the cluster answers; failures as what they are, unwrapped. Null, from the client's maps, is a thing not asked for. */
    static <T> T answer(@Nullable KafkaFuture<T> future) {
        try {
            return Objects.requireNonNull(future, "not asked for").get();
        } catch (ExecutionException e) {
            if (Failures.unwrapped(e) instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KafkaException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting for the broker", e);
        }
    }

    /** As {@link #answer}, with this exception instead where the cluster says that the thing does not exist. */
    static <T> T answer(@Nullable KafkaFuture<T> future, Class<? extends Exception> missing, CliException instead) {
        try {
            return answer(future);
        } catch (RuntimeException e) {
            if (missing.isInstance(e)) {
                instead.initCause(e);
                throw instead;
            }
            throw e;
        }
    }

    void print(String text) {
        PrintWriter out = out();
        out.print(text);
        out.flush();
    }

    void printJson(JsonText.Content content) {
        print(JsonText.of(content) + '\n');
    }

    private PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not filled in the command");
        }
        return spec.commandLine().getOut();
    }
}
