package io.millrace.storage;

import io.millrace.storage.producer.Verification;
import org.jspecify.annotations.Nullable;

/**
 * What an append brings along where its batches are of a transaction (KIP-890).
 *
 * @param verification to which the transaction's coordinator has said yes; null for a transaction that is open in the log
 * @param markerVersion version of the transaction that a marker ends
 */
public record TransactionTerms(@Nullable Verification verification, int markerVersion) {
    /** Of an append outside of any transaction, or inside one that is open in the log. */
    public static final TransactionTerms NONE = new TransactionTerms(null, 0);

    public static TransactionTerms verified(Verification verification) {
        return new TransactionTerms(verification, 0);
    }

    public static TransactionTerms marker(int transactionVersion) {
        return new TransactionTerms(null, transactionVersion);
    }
}
