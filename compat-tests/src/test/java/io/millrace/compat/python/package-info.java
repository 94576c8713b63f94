/** The two Python clients: kafka-python and confluent-kafka, as Debian packages them. */
@NullMarked
package io.millrace.compat.python;

import org.jspecify.annotations.NullMarked;
