package io.millrace.metadata.local;

import static io.millrace.metadata.local.EntryFormat.COMMAND_OFFSET;
import static io.millrace.metadata.local.EntryFormat.CRC_OFFSET;
import static io.millrace.metadata.local.EntryFormat.DURABLE_VERSION_OFFSET;
import static io.millrace.metadata.local.EntryFormat.LENGTH_OFFSET;
import static io.millrace.metadata.local.EntryFormat.VERSION_OFFSET;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Walks over the entries of one command file's bytes and tells how far they are good. Not safe for threads. */
final class CommandFileReader {
    private final Path file;
    private final ByteBuffer bytes;
    private final long baseVersion;
    private long lastVersion;
    private int position;

    CommandFileReader(Path file, ByteBuffer bytes) throws CorruptMetadataException {
        this.file = file;
        this.bytes = bytes;
        ByteBuffer in = bytes.duplicate();
        baseVersion = FileHeader.read(in, FileHeader.Kind.COMMANDS, file);
        lastVersion = baseVersion;
        position = in.position();
    }

    /** Version of the image the first entry applies to. */
    long baseVersion() {
        return baseVersion;
    }

    /** Behind the last good entry. */
    int position() {
        return position;
    }

    /** The next entry; null at the end or where a crash tore the last write. */
    @Nullable
    Entry next() throws CorruptMetadataException {
        if (!isEntry(position)) {
            requireTorn();
            return null;
        }
        Entry entry = new Entry(position, bytes.getLong(position + VERSION_OFFSET), command(position));
        if (entry.version != lastVersion + 1) {
            throw CorruptMetadataException.at(
                    file, position, "version " + entry.version + " follows version " + lastVersion);
        }
        lastVersion = entry.version;
        position += COMMAND_OFFSET + entry.command.remaining();
        return entry;
    }

    /** Anything behind a bad entry that was written when that one's version was already durable proves damage. */
    private void requireTorn() throws CorruptMetadataException {
        for (int later = position + 1; later <= bytes.limit() - COMMAND_OFFSET; later++) {
            if (bytes.getLong(later + DURABLE_VERSION_OFFSET) > lastVersion
                    && bytes.getLong(later + VERSION_OFFSET) > lastVersion
                    && isEntry(later)) {
                throw CorruptMetadataException.at(
                        file,
                        position,
                        "the entry of version " + (lastVersion + 1) + " is damaged, and later ones follow at byte "
                                + later);
            }
        }
    }

    private boolean isEntry(int at) {
        if (bytes.limit() - at < COMMAND_OFFSET) {
            return false;
        }
        int length = bytes.getInt(at + LENGTH_OFFSET);
        return length >= COMMAND_OFFSET - VERSION_OFFSET
                && length <= bytes.limit() - at - VERSION_OFFSET
                && bytes.getInt(at + CRC_OFFSET) == FileHeader.crc(bytes, at + VERSION_OFFSET, length);
    }

    private ByteBuffer command(int at) {
        return bytes.slice(at + COMMAND_OFFSET, bytes.getInt(at + LENGTH_OFFSET) - (COMMAND_OFFSET - VERSION_OFFSET));
    }

    /** A good entry. */
    record Entry(int position, long version, ByteBuffer command) {}
}
