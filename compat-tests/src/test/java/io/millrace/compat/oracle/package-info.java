/**
 * Apache Kafka beside the broker under test: the same raw requests, at every version of every key, to both, and their
 * answers compared field by field.
 *
 * <p>A {@link io.millrace.compat.oracle.Scenario} sends requests over an {@link io.millrace.compat.oracle.Exchange};
 * what it records becomes JSON, is freed of what may differ by {@link io.millrace.compat.oracle.PermittedDifferences},
 * and the two transcripts must be equal. The scenarios are tables, one class for each family of keys.
 */
@NullMarked
package io.millrace.compat.oracle;

import org.jspecify.annotations.NullMarked;
