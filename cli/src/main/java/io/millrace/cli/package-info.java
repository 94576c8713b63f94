/**
 * The {@code millrace} command.
 *
 * <pre>
 * {@link io.millrace.cli.Main}     first word: "start" runs the broker, all else goes to picocli
 * StartCommand                     options, the broker, signals
 * ProduceCommand, ConsumeCommand,
 * TopicCommand, GroupCommand       ordinary Kafka clients of any broker
 * Failures                         what went wrong, what to do next, exit code
 * io.millrace.cli.record           lines of text or JSON to records and back
 * io.millrace.cli.output           tables and JSON documents
 * io.millrace.cli.logging          logback, configured without files
 * </pre>
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
