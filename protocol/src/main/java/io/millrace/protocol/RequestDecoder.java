package io.millrace.protocol;

import io.millrace.protocol.ApiRegistry.VersionRange;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Decodes request frames. Header versions and formats follow the protocol guide and KIP-482; a newer ApiVersions than served is
 * let through with an empty body, to be answered in version 0 (KIP-511). Immutable.
 */
public final class RequestDecoder {
    private static final int KEY_AND_VERSION = 4;

    private final ApiRegistry registry;

    public RequestDecoder(ApiRegistry registry) {
        this.registry = registry;
    }

    /**
     * @param frame one frame without its size; record data is not copied out of it
     * @throws InvalidRequestException for anything the client should not have sent: the connection is of no more use
     */
    public ApiRequest decode(ByteBuffer frame) {
        if (frame.remaining() < KEY_AND_VERSION) {
            throw new InvalidRequestException("a frame of " + frame.remaining() + " bytes");
        }
        short key = frame.getShort(frame.position());
        short version = frame.getShort(frame.position() + 2);
        VersionRange range = registry.range(key);
        if (range == null) {
            throw new InvalidRequestException("API key " + key + " is not served");
        }
        boolean served = range.contains(version);
        if (!served && (range.key() != ApiKeys.API_VERSIONS || version < 0)) {
            throw new InvalidRequestException("version " + version + " of " + range.key().name + " is not served");
        }
        try {
            return decode(range.key(), version, served, new BoundedReadable(frame));
        } catch (ApiException refused) {
            throw refused;
        } catch (RuntimeException malformed) {
            throw new InvalidRequestException(
                    "malformed " + range.key().name + " version " + version + ": " + malformed.getMessage(), malformed);
        }
    }

    private static ApiRequest decode(ApiKeys key, short version, boolean served, BoundedReadable in) {
        RequestHeaderData data = new RequestHeaderData(in, key.requestHeaderVersion(version));
        String clientId = data.clientId() == null ? "" : data.clientId();
        if (!served) {
            RequestHeader header = new RequestHeader(key, version, (short) 0, data.correlationId(), clientId);
            return new ApiRequest(header, new ApiVersionsRequestData());
        }
        ApiMessage body = key.messageType.newRequest();
        body.read(in, version);
        if (in.left() > 0) {
            throw new InvalidRequestException(
                    in.left() + " bytes behind the end of " + key.name + " version " + version);
        }
        return new ApiRequest(new RequestHeader(key, version, version, data.correlationId(), clientId), body);
    }
}
