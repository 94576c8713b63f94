/**
 * Deciding about topics: what a request to create or extend one comes to, where its replicas go, and the topics the broker makes
 * by itself.
 *
 * <pre>
 * request -> {@link io.millrace.broker.topics.TopicPlanner} (pure: image + request + random start -> command or refusal)
 *         -> metadata log -> image
 * </pre>
 */
@NullMarked
package io.millrace.broker.topics;

import org.jspecify.annotations.NullMarked;
