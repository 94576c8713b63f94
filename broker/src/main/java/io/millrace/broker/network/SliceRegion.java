package io.millrace.broker.network;

import io.millrace.storage.LogSlice;
import io.netty.channel.DefaultFileRegion;

/** A slice of a log on its way into a socket by sendfile. Gives the slice back instead of closing its file. */
final class SliceRegion extends DefaultFileRegion {
    private final LogSlice slice;

    SliceRegion(LogSlice slice) {
        super(slice.channel(), slice.position(), slice.sizeInBytes());
        this.slice = slice;
    }

    @Override
    protected void deallocate() {
        slice.release();
    }
}
