package io.millrace.metadata.local;

/**
 * One command in a command file. Big endian.
 *
 * <pre>
 *  0  length          int32: bytes from version to the end of the command
 *  4  crc             int32: CRC32C of everything from version on
 *  8  version         int64: of the image the command makes; one more than that of the entry before
 * 16  durable version int64: image version that had been forced to disk before this entry was written
 * 24  command         as of {@link io.millrace.metadata.codec.CommandCodec}
 * </pre>
 *
 * The durable version tells a torn write from damage: what a crash tore was not yet durable for anything that follows it.
 */
final class EntryFormat {
    static final int LENGTH_OFFSET = 0;
    static final int CRC_OFFSET = 4;
    static final int VERSION_OFFSET = 8;
    static final int DURABLE_VERSION_OFFSET = 16;
    static final int COMMAND_OFFSET = 24;

    private EntryFormat() {}
}
