package io.millrace.broker.api;

import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What a handler knows of a request from this machine. */
record TestRequest(short apiVersion) implements RequestContext {
    @Override
    public String clientId() {
        return "test-client";
    }

    @Override
    public InetAddress clientAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public String listenerName() {
        return TestCluster.LISTENER;
    }

    @Override
    public String connectionId() {
        return "test-connection";
    }

    @Override
    public boolean connected() {
        return true;
    }

    @Override
    public ScheduledExecutorService eventLoop() {
        throw new UnsupportedOperationException("these handlers need no timers");
    }

    @Override
    public Executor blocking() {
        return Runnable::run;
    }

    @Override
    public void retainBody() {
        throw new UnsupportedOperationException("these requests have no zero-copy fields");
    }

    @Override
    public void releaseBody() {
        throw new UnsupportedOperationException("these requests have no zero-copy fields");
    }
}
