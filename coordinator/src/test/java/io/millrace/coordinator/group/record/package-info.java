/** Record formats against Kafka's generated classes. */
@NullMarked
package io.millrace.coordinator.group.record;

import org.jspecify.annotations.NullMarked;
