/** kcat, the command line client on librdkafka. */
@NullMarked
package io.millrace.compat.kcat;

import org.jspecify.annotations.NullMarked;
