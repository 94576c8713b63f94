/**
 * kill -9 under load. A {@link io.millrace.compat.crash.Load} produces and commits and remembers what was acknowledged;
 * after each restart an {@link io.millrace.compat.crash.Audit} reads what is there and compares.
 */
@NullMarked
package io.millrace.compat.crash;

import org.jspecify.annotations.NullMarked;
