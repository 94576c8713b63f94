/** The design's picture as tests: who may use whom. */
@NullMarked
package io.millrace.architecture;

import org.jspecify.annotations.NullMarked;
