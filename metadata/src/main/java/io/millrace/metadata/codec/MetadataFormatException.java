package io.millrace.metadata.codec;

/** Bytes that this program cannot read: damaged, or written by a newer one. The message says which. */
public final class MetadataFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MetadataFormatException(String message) {
        super(message);
    }

    static MetadataFormatException newer(String what) {
        return new MetadataFormatException(what + " was written by a newer Millrace");
    }
}
