/** The shell scripts around the program, run for real with a Maven and a JDK that only write down what they were told. */
@NullMarked
package io.millrace.launcher;

import org.jspecify.annotations.NullMarked;
