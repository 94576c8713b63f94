package io.millrace.storage.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file of a {@link SimDisk}. */
final class SimChannel extends FileChannel {
    private final SimDisk disk;
    private final Path path;
    private final SimFile file;
    private int position;

    SimChannel(SimDisk disk, Path path, SimFile file) {
        this.disk = disk;
        this.path = path;
        this.file = file;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int n = read(into, position);
        position += Math.max(0, n);
        return n;
    }

    @Override
    public int read(ByteBuffer into, long from) throws IOException {
        disk.operate(SimOp.READ, path);
        return file.read(into, from);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int n = write(from, position);
        position += n;
        return n;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        int n = disk.write(path, file, (int) at, bytes);
        from.position(from.position() + n);
        return n;
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
        long n = 0;
        for (int i = offset; i < offset + length; i++) {
            while (buffers[i].hasRemaining()) {
                n += write(buffers[i]);
            }
        }
        return n;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long to) {
        position = (int) to;
        return this;
    }

    @Override
    public long size() throws IOException {
        disk.operate(SimOp.READ, path);
        return file.size();
    }

    @Override
    public FileChannel truncate(long to) throws IOException {
        if (disk.change(SimOp.TRUNCATE, path)) {
            file.truncate((int) to);
        }
        position = Math.min(position, (int) to);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.force(path, file);
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long from, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long from, long bytes, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long from, long bytes, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() {
        // nothing is held
    }
}
