/** Java clients of earlier years, each in a JVM of its own with its own jars, driven by one small program. */
@NullMarked
package io.millrace.compat.oldjava;

import org.jspecify.annotations.NullMarked;
