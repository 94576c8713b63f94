package io.millrace.broker.network;

import io.millrace.broker.api.RequestDispatcher;
import io.millrace.protocol.RequestDecoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker's sockets: one group of event loops that accept, read, call the handlers and write. Safe for any thread. */
public final class NetworkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkServer.class);
    private static final QuietLog REFUSALS = new QuietLog(LOG);
    private static final int BACKLOG = 1024;
    private static final long GRACE_MS = 500;
    private static final long SWEEP_MS_MAX = 5_000;
    private static final long SWEEP_MS_MIN = 50;

    private final NetworkConfig config;
    private final RequestDispatcher dispatcher;
    private final RequestDecoder decoder;
    private final Executor blocking;
    private final RequestMemory memory;
    private final ConnectionLimiter limiter;
    private final boolean epoll;
    private final ByteBufAllocator allocator;
    private final EventLoopGroup loops;
    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private final Map<Channel, Connection> connections = new ConcurrentHashMap<>();

    /** @param blocking where handlers send what waits */
    public NetworkServer(NetworkConfig config, RequestDispatcher dispatcher, Executor blocking) {
        this(config, dispatcher, blocking, Epoll.isAvailable(), PooledByteBufAllocator.DEFAULT);
    }

    NetworkServer(
            NetworkConfig config,
            RequestDispatcher dispatcher,
            Executor blocking,
            boolean epoll,
            ByteBufAllocator allocator) {
        this.allocator = allocator;
        this.config = config;
        this.dispatcher = dispatcher;
        this.decoder = new RequestDecoder(dispatcher.registry());
        this.blocking = blocking;
        this.memory = new RequestMemory(config.queuedRequestBytesMax());
        this.limiter = new ConnectionLimiter(config.connections());
        this.epoll = epoll;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.loops =
                new MultiThreadIoEventLoopGroup(config.eventLoops(), new DefaultThreadFactory("network", true), io);
        long sweepMs = Math.clamp(config.connections().idleMsMax() / 4, SWEEP_MS_MIN, SWEEP_MS_MAX);
        var _ = loops.scheduleWithFixedDelay(this::sweep, sweepMs, sweepMs, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens a listener.
     *
     * @param listenerName what {@code RequestContext.listenerName()} says
     * @param address port 0 takes a free one
     * @return the address bound
     * @throws IOException if it cannot be bound
     */
    public InetSocketAddress listen(String listenerName, InetSocketAddress address) throws IOException {
        Connection.Shared shared = new Connection.Shared(listenerName, config, memory, decoder, dispatcher, blocking);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(shared, channel);
                    }
                });
        if (config.sendBufferBytes() > 0) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, config.sendBufferBytes());
        }
        if (config.receiveBufferBytes() > 0) {
            bootstrap.option(ChannelOption.SO_RCVBUF, config.receiveBufferBytes());
        }
        Future<?> bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!(bound instanceof io.netty.channel.ChannelFuture future) || !bound.isSuccess()) {
            throw new IOException("cannot listen on " + address, bound.cause());
        }
        listeners.add(future.channel());
        return (InetSocketAddress) future.channel().localAddress();
    }

    private void accept(Connection.Shared shared, Channel channel) {
        InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        if (!limiter.enter(address)) {
            REFUSALS.info("connection refused", address, "too many connections");
            var _ = channel.close();
            return;
        }
        FrameReader reader = new FrameReader(config.requestBytesMax());
        channel.config().setRecvByteBufAllocator(new FrameAllocator(reader));
        Connection connection = new Connection(shared, channel, address, reader);
        connections.put(channel, connection);
        var _ = channel.closeFuture().addListener(_ -> {
            connections.remove(channel);
            limiter.leave(address);
        });
        channel.pipeline().addLast(connection);
    }

    /** Open connections. */
    public int connectionCount() {
        return limiter.count();
    }

    /** Bytes of requests being read or served. */
    public long queuedRequestBytes() {
        return memory.used();
    }

    private void sweep() {
        long now = System.nanoTime();
        forEachConnection(connection -> connection.checkIdle(now));
    }

    private void forEachConnection(Consumer<Connection> action) {
        connections.forEach((channel, connection) -> channel.eventLoop().execute(() -> action.accept(connection)));
    }

    /** Stops accepting and reading, lets what is being served finish for half a second, closes every connection. */
    @Override
    public void close() {
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
        forEachConnection(Connection::finish);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MS);
        for (Channel channel : connections.keySet()) {
            channel.closeFuture().awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        forEachConnection(Connection::abort);
        loops.shutdownGracefully(0, GRACE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
