package io.millrace.metadata.local;

import io.millrace.metadata.ClusterImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.apache.kafka.common.Uuid;

/**
 * Who this node is, for as long as its data directory lives.
 *
 * <pre>
 *  0  header, see {@link FileHeader}
 * 24  broker id     int32
 * 28  cluster id    2 x int64
 * 44  directory id  2 x int64
 * 60  crc           int32: CRC32C of bytes 24 to 59
 * </pre>
 *
 * @param clusterId the cluster this node founded or joined
 * @param directoryId of the data directory (KIP-858)
 */
public record NodeIdentity(int brokerId, Uuid clusterId, Uuid directoryId) {
    /** Id of the first broker, unless the configuration says otherwise. */
    public static final int FIRST_BROKER_ID = 0;

    private static final int BODY_OFFSET = FileHeader.BYTES;
    private static final int BODY_BYTES = 36;
    private static final int CRC_OFFSET = BODY_OFFSET + BODY_BYTES;
    private static final int BYTES = CRC_OFFSET + Integer.BYTES;

    /**
     * Reads the directory's identity, or gives it one: a new cluster and directory id, and the configured broker id or the
     * first one's.
     *
     * @param metaDirectory made if absent
     * @param configured the configuration's broker id, if it has one: refused if the directory belongs to another
     * @throws CorruptMetadataException if the file is damaged or from a newer program
     */
    public static NodeIdentity readOrCreate(Path metaDirectory, OptionalInt configured) throws IOException {
        MetaDirectory directory = MetaDirectory.create(metaDirectory);
        if (!Files.exists(directory.identity())) {
            return create(directory, configured.orElse(FIRST_BROKER_ID));
        }
        NodeIdentity identity = read(directory.identity());
        if (configured.isPresent() && configured.getAsInt() != identity.brokerId) {
            throw new IOException("The configuration says broker " + configured.getAsInt() + ", but " + metaDirectory
                    + " belongs to broker " + identity.brokerId);
        }
        return identity;
    }

    /** @throws IOException if the image is another cluster's; one that has not been founded yet is anybody's */
    public void requireCluster(ClusterImage image) throws IOException {
        if (!image.clusterId().equals(Uuid.ZERO_UUID) && !image.clusterId().equals(clusterId)) {
            throw new IOException("The metadata is of cluster " + image.clusterId()
                    + ", but this node belongs to cluster " + clusterId);
        }
    }

    private static NodeIdentity create(MetaDirectory directory, int brokerId) throws IOException {
        if (!directory.commandFiles().isEmpty() || !directory.snapshots().isEmpty()) {
            throw new CorruptMetadataException(
                    "The file " + directory.identity() + " is missing, but there is metadata beside it");
        }
        NodeIdentity identity = new NodeIdentity(brokerId, Uuid.randomUuid(), Uuid.randomUuid());
        directory.writeWhole(directory.identity(), identity.toBytes());
        return identity;
    }

    private ByteBuffer toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        FileHeader.write(bytes, FileHeader.Kind.IDENTITY, 0);
        bytes.putInt(brokerId)
                .putLong(clusterId.getMostSignificantBits())
                .putLong(clusterId.getLeastSignificantBits())
                .putLong(directoryId.getMostSignificantBits())
                .putLong(directoryId.getLeastSignificantBits());
        return bytes.putInt(FileHeader.crc(bytes, BODY_OFFSET, BODY_BYTES)).flip();
    }

    private static NodeIdentity read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        FileHeader.read(bytes, FileHeader.Kind.IDENTITY, file);
        if (bytes.limit() != BYTES) {
            throw CorruptMetadataException.at(file, bytes.limit(), "the file should have " + BYTES + " bytes");
        }
        if (bytes.getInt(CRC_OFFSET) != FileHeader.crc(bytes, BODY_OFFSET, BODY_BYTES)) {
            throw CorruptMetadataException.at(file, CRC_OFFSET, "the checksum is wrong");
        }
        int brokerId = bytes.getInt();
        Uuid clusterId = new Uuid(bytes.getLong(), bytes.getLong());
        return new NodeIdentity(brokerId, clusterId, new Uuid(bytes.getLong(), bytes.getLong()));
    }
}
