/** The Node clients kafkajs and @platformatic/kafka, installed from the lock file into the build folder. */
@NullMarked
package io.millrace.compat.node;

import org.jspecify.annotations.NullMarked;
