package io.millrace.broker.network;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;

/** A client that speaks in single frames. */
final class TestClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    TestClient(InetSocketAddress address) throws IOException {
        this(address, 0);
    }

    /** @param receiveBufferBytes 0 leaves it to the system */
    TestClient(InetSocketAddress address, int receiveBufferBytes) throws IOException {
        socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(address);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    Socket socket() {
        return socket;
    }

    void send(ByteBuffer bytes) throws IOException {
        byte[] all = new byte[bytes.remaining()];
        bytes.duplicate().get(all);
        socket.getOutputStream().write(all);
    }

    void send(ApiKeys key, int version, int correlationId, ApiMessage body) throws IOException {
        send(frame(key, version, correlationId, body));
    }

    static ByteBuffer frame(ApiKeys key, int apiVersion, int correlationId, ApiMessage body) {
        short version = (short) apiVersion;
        RequestHeader header = new RequestHeader(key, version, "test", correlationId);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int size = header.data().size(cache, header.headerVersion()) + body.size(cache, version);
        ByteBufferAccessor out = new ByteBufferAccessor(ByteBuffer.allocate(4 + size));
        out.writeInt(size);
        header.data().write(out, cache, header.headerVersion());
        body.write(out, cache, version);
        return out.buffer().flip();
    }

    /** A reply, without its size. */
    ByteBuffer receive() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return ByteBuffer.wrap(frame);
    }

    /** A reply's correlation id; its body is read into the message. */
    int receive(ApiKeys key, int version, ApiMessage body) throws IOException {
        ByteBuffer frame = receive();
        ResponseHeader header = ResponseHeader.parse(frame, key.responseHeaderVersion((short) version));
        body.read(new ByteBufferAccessor(frame), (short) version);
        if (frame.hasRemaining()) {
            throw new IOException(frame.remaining() + " bytes behind the reply");
        }
        return header.correlationId();
    }

    /** Waits until the server has closed the connection; fails if a byte comes instead. */
    boolean closedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException _) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
