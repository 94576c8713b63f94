package io.millrace.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file of our own, written and read as a whole.
 *
 * <pre>
 *  0  4  magic
 *  4  2  version
 *  6  4  CRC-32C of the contents
 * 10     contents
 * </pre>
 *
 * A write goes beside the file, is forced, and takes the file's name as one step: a crash leaves the old contents or the new.
 *
 * @param magic what kind of file this is
 * @param version of the contents' format
 */
public record CheckedFile(int magic, short version) {
    private static final int VERSION = 4;
    private static final int CRC = 6;
    private static final int CONTENTS = 10;

    /** Replaces the file, durably. */
    public void write(Disk disk, Path file, ByteBuffer contents) throws IOException {
        ByteBuffer whole = ByteBuffer.allocate(CONTENTS + contents.remaining());
        whole.putInt(magic).putShort(version).putInt(crc(contents)).put(contents.duplicate());
        replace(disk, file, whole.flip());
    }

    /**
     * The contents.
     *
     * @return empty where there is no such file
     * @throws CorruptFileException if it is not a file of this kind and version, or damaged
     */
    public Optional<ByteBuffer> read(Disk disk, Path file) throws IOException {
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        ByteBuffer whole = readAll(disk, file);
        if (whole.limit() < CONTENTS || whole.getInt(0) != magic) {
            throw new CorruptFileException(file, "it does not begin as it should");
        }
        if (whole.getShort(VERSION) != version) {
            throw new CorruptFileException(file, "its format version is " + whole.getShort(VERSION));
        }
        ByteBuffer contents = whole.slice(CONTENTS, whole.limit() - CONTENTS);
        if (crc(contents) != whole.getInt(CRC)) {
            throw new CorruptFileException(file, "its checksum does not match");
        }
        return Optional.of(contents);
    }

    /** Replaces any file by these bytes, durably and as one step. */
    public static void replace(Disk disk, Path file, ByteBuffer bytes) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = disk.openToWrite(fresh)) {
            channel.truncate(0);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        disk.rename(fresh, file);
        Path parent = file.getParent();
        if (parent != null) {
            disk.syncDirectory(parent);
        }
    }

    /** All bytes of a small file. */
    public static ByteBuffer readAll(Disk disk, Path file) throws IOException {
        try (FileChannel channel = disk.openToRead(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            if (!Reads.fully(channel, bytes, 0)) {
                throw new CorruptFileException(file, "it became shorter while it was read");
            }
            return bytes.flip();
        }
    }

    private static int crc(ByteBuffer contents) {
        CRC32C crc = new CRC32C();
        crc.update(contents.duplicate());
        return (int) crc.getValue();
    }
}
