package io.millrace.storage.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A journal's file: a head, then frames. All numbers big-endian.
 *
 * <pre>
 * head
 *  0   4  magic "MLJN"
 *  4   2  version, 1
 *  6   8  generation: number of this file, rising
 * 14   4  CRC-32C of bytes 0 to 13
 * frame, one for each write
 *  0   4  bytes of its entries
 *  4   4  CRC-32C of its entries
 *  8      entries
 * entry
 *  0  16  topic id
 * 16   4  partition
 * 20   8  base offset of the segment
 * 28   4  position in the segment's file
 * 32   8  offset after the last record
 * 40   2  bytes of the topic's name
 * 42   4  bytes of the batches
 * 46      topic's name in UTF-8, batches
 * </pre>
 */
final class JournalFormatV1 {
    static final int MAGIC = 0x4d4c4a4e;
    static final short VERSION = 1;
    static final int HEAD_CRC = 14;
    static final int HEAD_BYTES = 18;
    static final int FRAME_CRC = 4;
    static final int FRAME_HEAD_BYTES = 8;
    static final int ENTRY_HEAD_BYTES = 46;

    private JournalFormatV1() {}

    static ByteBuffer head(long generation) {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        head.putInt(MAGIC).putShort(VERSION).putLong(generation);
        head.putInt(crc(head.slice(0, HEAD_CRC)));
        return head.flip();
    }

    static boolean isHead(ByteBuffer bytes) {
        return bytes.getInt(0) == MAGIC
                && bytes.getShort(4) == VERSION
                && bytes.getInt(HEAD_CRC) == crc(bytes.slice(0, HEAD_CRC));
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
