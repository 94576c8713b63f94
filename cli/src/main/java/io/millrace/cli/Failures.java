package io.millrace.cli;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** The one table from exceptions to what a user reads and the exit code. */
final class Failures {
    private Failures() {}

    static CliException explain(Throwable failure) {
        Throwable cause = unwrapped(failure);
        String said = said(cause);
        return switch (cause) {
            case CliException known -> known;
            case TimeoutException e ->
                failure(
                        ExitCode.UNREACHABLE,
                        e,
                        "No answer in time (" + said
                                + "). Is the broker up, and can the address it advertises be reached from here? --timeout waits longer.");
            case DisconnectException e ->
                failure(
                        ExitCode.UNREACHABLE,
                        e,
                        "The broker closed the connection (" + said
                                + "). Does it speak the Kafka protocol there, and without TLS?");
            case TopicExistsException e -> failure(ExitCode.FAILED, e, said + ". --if-not-exists leaves it as it is.");
            case AuthenticationException e ->
                failure(
                        ExitCode.FAILED,
                        e,
                        "The broker does not know us: " + said
                                + ". Give credentials with --property, as Kafka clients have them.");
            case AuthorizationException e -> failure(ExitCode.FAILED, e, "Not allowed: " + said + '.');
            case UnsupportedVersionException e ->
                failure(ExitCode.FAILED, e, "The broker does not offer this: " + said + '.');
            case OffsetOutOfRangeException e ->
                failure(ExitCode.FAILED, e, said + ". --from beginning starts at the first record.");
            case ConfigException e -> failure(ExitCode.USAGE, e, said + '.');
            case KafkaException e -> failure(ExitCode.FAILED, e, said + '.');
            default ->
                failure(
                        ExitCode.FAILED,
                        cause,
                        cause.getClass().getSimpleName() + ": " + said + ". This is a bug: --verbose shows where.");
        };
    }

    /** The exception in which asynchronous calls and client constructors wrap what happened, taken off. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wrapper = failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure.getClass() == KafkaException.class;
        return wrapper && cause != null ? unwrapped(cause) : failure;
    }

    private static CliException failure(int exitCode, Throwable cause, String message) {
        return new CliException(exitCode, message, cause);
    }

    private static String said(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
