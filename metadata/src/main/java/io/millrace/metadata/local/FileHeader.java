package io.millrace.metadata.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * How every file of the metadata directory begins. Big endian.
 *
 * <pre>
 *  0  magic          8 bytes of ASCII, another for each kind of file
 *  8  format         int32, 1
 * 12  image version  int64: of the image a command file starts from or a snapshot holds; 0 in the identity
 * 20  crc            int32, CRC32C of bytes 0 to 19
 * 24  contents
 * </pre>
 */
final class FileHeader {
    static final int FORMAT = 1;

    static final int MAGIC_OFFSET = 0;
    static final int FORMAT_OFFSET = 8;
    static final int IMAGE_VERSION_OFFSET = 12;
    static final int CRC_OFFSET = 20;
    static final int BYTES = 24;

    /** What a file is for. */
    enum Kind {
        COMMANDS("MRMETLOG"),
        SNAPSHOT("MRMETIMG"),
        IDENTITY("MRMETAID");

        private final long magic;

        Kind(String magic) {
            this.magic =
                    ByteBuffer.wrap(magic.getBytes(StandardCharsets.US_ASCII)).getLong();
        }
    }

    private FileHeader() {}

    static void write(ByteBuffer out, Kind kind, long imageVersion) {
        int start = out.position();
        out.putLong(kind.magic).putInt(FORMAT).putLong(imageVersion);
        out.putInt(crc(out, start, CRC_OFFSET));
    }

    /** The image version; the buffer stands behind the header afterwards. */
    static long read(ByteBuffer in, Kind kind, Path file) throws CorruptMetadataException {
        if (in.remaining() < BYTES) {
            throw CorruptMetadataException.at(file, 0, "the header is cut off after " + in.remaining() + " bytes");
        }
        ByteBuffer header = in.slice(in.position(), BYTES);
        if (header.getLong(MAGIC_OFFSET) != kind.magic) {
            throw CorruptMetadataException.at(
                    file, MAGIC_OFFSET, "this is not a Millrace " + kind + " file: its first bytes are others");
        }
        if (header.getInt(CRC_OFFSET) != crc(header, 0, CRC_OFFSET)) {
            throw CorruptMetadataException.at(file, CRC_OFFSET, "the header's checksum is wrong");
        }
        int format = header.getInt(FORMAT_OFFSET);
        if (format != FORMAT) {
            throw CorruptMetadataException.at(
                    file, FORMAT_OFFSET, "format " + format + " was written by a newer Millrace");
        }
        in.position(in.position() + BYTES);
        return header.getLong(IMAGE_VERSION_OFFSET);
    }

    /** CRC32C of a range of the buffer, whose position stays. */
    static int crc(ByteBuffer buffer, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(offset, length));
        return (int) crc.getValue();
    }
}
