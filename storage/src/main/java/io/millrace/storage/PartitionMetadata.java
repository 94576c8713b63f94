package io.millrace.storage;

import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** Which topic a partition's directory belongs to: a file in Kafka's format, two lines for its version and the topic id. */
final class PartitionMetadata {
    static final String NAME = "partition.metadata";
    private static final String HEAD = "version: 0\ntopic_id: ";

    private PartitionMetadata() {}

    /** Writes it, but leaves it to {@link #force} to make it durable. */
    static void write(Disk disk, Path directory, Uuid topicId) throws IOException {
        try (FileChannel channel = disk.openToWrite(directory.resolve(NAME))) {
            ByteBuffer bytes = ByteBuffer.wrap((HEAD + topicId + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    static void force(Disk disk, Path directory) throws IOException {
        try (FileChannel channel = disk.openToWrite(directory.resolve(NAME))) {
            channel.force(true);
        }
    }

    /** Empty if there is none, or nothing that makes sense. */
    static Optional<Uuid> read(Disk disk, Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        String text = text(disk, file);
        try {
            return text.startsWith(HEAD)
                    ? Optional.of(Uuid.fromString(text.substring(HEAD.length()).strip()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the file is exactly what {@link #write} makes it. */
    static boolean isWhole(Disk disk, Path directory) throws IOException {
        Optional<Uuid> id = read(disk, directory);
        return id.isPresent() && text(disk, directory.resolve(NAME)).equals(HEAD + id.get() + "\n");
    }

    private static String text(Disk disk, Path file) throws IOException {
        return StandardCharsets.UTF_8.decode(CheckedFile.readAll(disk, file)).toString();
    }
}
