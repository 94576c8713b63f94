/** Tests of the runtime, and the simulated world they share with the coordinators' tests. */
@NullMarked
package io.millrace.coordinator;

import org.jspecify.annotations.NullMarked;
