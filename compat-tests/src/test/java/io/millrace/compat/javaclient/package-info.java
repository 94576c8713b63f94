/** The current Java client: producing, consuming, groups and administration, each suite a class. */
@NullMarked
package io.millrace.compat.javaclient;

import org.jspecify.annotations.NullMarked;
