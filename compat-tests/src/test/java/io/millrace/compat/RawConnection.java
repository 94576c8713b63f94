package io.millrace.compat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.RequestUtils;

/** A plain socket that speaks the protocol one request at a time, without a client's retries and checks in between. */
public final class RawConnection implements AutoCloseable {
    private static final int TIMEOUT_MS = 5_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private int correlationId;

    public RawConnection(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Sends the request at that version and reads its answer; EOFException when the broker closes instead. */
    public ApiMessage send(ApiKeys key, short version, ApiMessage request) throws IOException {
        sendOnly(key, version, request);
        var body = receive();
        short headerVersion = key.responseHeaderVersion(version);
        var header = new ResponseHeaderData(new ByteBufferAccessor(body), headerVersion);
        if (header.correlationId() != correlationId) {
            throw new IOException("answer " + header.correlationId() + " to request " + correlationId);
        }
        var response = key.messageType.newResponse();
        response.read(new ByteBufferAccessor(body), version);
        if (body.hasRemaining()) {
            throw new IOException(body.remaining() + " bytes behind the answer to " + key + " v" + version);
        }
        return response;
    }

    public void sendOnly(ApiKeys key, short version, ApiMessage request) throws IOException {
        sendFrame(encode(key, version, request, ++correlationId));
    }

    /** The bytes of a request behind its length. */
    public static ByteBuffer encode(ApiKeys key, short version, ApiMessage request, int correlationId) {
        var header = new RequestHeaderData()
                .setRequestApiKey(key.id)
                .setRequestApiVersion(version)
                .setClientId("raw")
                .setCorrelationId(correlationId);
        return RequestUtils.serialize(header, key.requestHeaderVersion(version), request, version);
    }

    public void sendFrame(ByteBuffer body) throws IOException {
        var frame = ByteBuffer.allocate(4 + body.remaining());
        frame.putInt(body.remaining()).put(body.duplicate());
        sendBytes(frame.array());
    }

    public void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** One answer behind its length; EOFException when the broker closes instead. */
    public ByteBuffer receive() throws IOException {
        int size = in.readInt();
        if (size < 0) {
            throw new EOFException("negative length " + size);
        }
        var bytes = new byte[size];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    public void timeoutMs(int timeoutMs) throws IOException {
        socket.setSoTimeout(timeoutMs);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
