/**
 * Real clients against the started program, over a real socket.
 *
 * <p>A test class holds one {@link io.millrace.compat.BrokerUnderTest}, which starts the program of the chosen
 * {@link io.millrace.compat.BrokerProgram} as a {@link io.millrace.compat.StartedBroker}; a client talks to its
 * address; at the end the broker is stopped and its log is read for failures nobody expected. Every suite also runs
 * against Apache Kafka ({@code -Dcompat.target=kafka}), which shows that the suite is right.
 */
@NullMarked
package io.millrace.compat;

import org.jspecify.annotations.NullMarked;
