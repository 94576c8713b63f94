package io.millrace.broker.network;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections, in all and by address. Safe for any thread. */
final class ConnectionLimiter {
    private final NetworkConfig.ConnectionLimits limits;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    ConnectionLimiter(NetworkConfig.ConnectionLimits limits) {
        this.limits = limits;
    }

    /** False, and nothing counted, if there are too many already. */
    boolean enter(InetAddress address) {
        if (all.incrementAndGet() > limits.connectionsMax()) {
            all.decrementAndGet();
            return false;
        }
        if (byAddress.merge(address, 1, Integer::sum) > limits.connectionsPerIpMax()) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(InetAddress address) {
        all.decrementAndGet();
        byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    int count() {
        return all.get();
    }
}
