package io.millrace.coordinator;

import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Everything a runtime needs of the world.
 *
 * @param workers a small pool; shards take turns on it and never block it
 * @param loader where shards are loaded, which reads disks and may wait: virtual threads, say
 */
public record ShardPorts(ShardLog log, Supplier<Moment> clock, WakeTimer timer, Executor workers, Executor loader) {}
