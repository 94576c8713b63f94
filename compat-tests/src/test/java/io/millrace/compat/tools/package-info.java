/** Kafka's own command line tools, each call a JVM of its own, as an operator runs them. */
@NullMarked
package io.millrace.compat.tools;

import org.jspecify.annotations.NullMarked;
