package io.millrace.metadata.local;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.codec.ImageCodec;
import io.millrace.metadata.codec.MetadataFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A whole image in a file.
 *
 * <pre>
 *  0  header, see {@link FileHeader}
 * 24  length  int32: bytes of the image
 * 28  crc     int32: CRC32C of the image
 * 32  image   as of {@link ImageCodec}
 * </pre>
 */
final class SnapshotFile {
    static final int LENGTH_OFFSET = FileHeader.BYTES;
    static final int CRC_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    static final int IMAGE_OFFSET = CRC_OFFSET + Integer.BYTES;

    private SnapshotFile() {}

    /** Size of the file written. */
    static long write(MetaDirectory directory, ClusterImage image) throws IOException {
        byte[] encoded = ImageCodec.encode(image);
        ByteBuffer contents = ByteBuffer.allocate(Math.addExact(IMAGE_OFFSET, encoded.length));
        FileHeader.write(contents, FileHeader.Kind.SNAPSHOT, image.version());
        contents.putInt(encoded.length)
                .putInt(FileHeader.crc(ByteBuffer.wrap(encoded), 0, encoded.length))
                .put(encoded);
        directory.writeWhole(directory.snapshot(image.version()), contents.flip());
        return contents.limit();
    }

    static ClusterImage read(Path file) throws IOException {
        ByteBuffer contents = ByteBuffer.wrap(Files.readAllBytes(file));
        long version = FileHeader.read(contents, FileHeader.Kind.SNAPSHOT, file);
        int length = contents.limit() - IMAGE_OFFSET;
        if (length < 0 || contents.getInt(LENGTH_OFFSET) != length) {
            throw CorruptMetadataException.at(file, LENGTH_OFFSET, "the file is not as long as it says");
        }
        if (contents.getInt(CRC_OFFSET) != FileHeader.crc(contents, IMAGE_OFFSET, length)) {
            throw CorruptMetadataException.at(file, CRC_OFFSET, "the image's checksum is wrong");
        }
        ClusterImage image = decode(contents.slice(IMAGE_OFFSET, length), file);
        if (image.version() != version) {
            throw CorruptMetadataException.at(
                    file, IMAGE_OFFSET, "the image has version " + image.version() + ", the header " + version);
        }
        return image;
    }

    private static ClusterImage decode(ByteBuffer bytes, Path file) throws CorruptMetadataException {
        try {
            return ImageCodec.decode(bytes);
        } catch (MetadataFormatException e) {
            throw CorruptMetadataException.at(file, IMAGE_OFFSET, String.valueOf(e.getMessage()));
        }
    }
}
