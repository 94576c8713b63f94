/**
 * Records as lines: what {@code millrace produce} reads and {@code millrace consume} writes.
 *
 * <pre>
 * stdin  -> {@link io.millrace.cli.record.LineReader} -> {@link io.millrace.cli.record.RecordParser} -> ProducerRecord
 * ConsumerRecord -> {@link io.millrace.cli.record.RecordFormatter} -> stdout
 * </pre>
 *
 * The JSON written here can be read back here and gives the same record.
 */
@NullMarked
package io.millrace.cli.record;

import org.jspecify.annotations.NullMarked;
