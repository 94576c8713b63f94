package io.millrace.storage.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that many read at once: opened by the first who needs it, closed by {@link OpenFiles} some time after the last is done.
 * Its lock guards the channel and the count of users; where both are held, it is taken before that of {@link OpenFiles}.
 */
public final class SharedFile {
    private final OpenFiles files;
    private Path path;
    private @Nullable FileChannel channel;
    private int users;
    private boolean gone;
    private volatile boolean recentlyUsed;

    SharedFile(OpenFiles files, Path path) {
        this.files = files;
        this.path = path;
    }

    public synchronized Path path() {
        return path;
    }

    /** Gives the file another name, for those who have it open and for those who open it from now on. */
    public synchronized void rename(Path to) throws IOException {
        files.disk().rename(path, to);
        path = to;
    }

    /**
     * The open file, which stays open until {@link #release}. A channel closed by a reader's interrupt is opened anew.
     *
     * @throws NoSuchFileException also if it was retired: there may be another file under its name
     */
    public FileChannel acquire() throws IOException {
        recentlyUsed = true;
        FileChannel open;
        boolean opened = false;
        synchronized (this) {
            open = channel;
            if (open == null || !open.isOpen()) {
                if (gone) {
                    throw new NoSuchFileException(path.toString(), null, "it is out of use");
                }
                open = files.open(this);
                channel = open;
                opened = true;
            }
            users++;
        }
        if (opened) {
            files.closeExcess();
        }
        return open;
    }

    /** What is done with an open file. */
    public interface Use<T> {
        T on(FileChannel channel) throws IOException;
    }

    /** Does something with the file, open meanwhile. */
    public <T> T using(Use<T> use) throws IOException {
        FileChannel open = acquire();
        try {
            return use.on(open);
        } finally {
            release();
        }
    }

    /** Undoes one {@link #acquire}. */
    public synchronized void release() {
        users--;
        if (gone) {
            closeIfIdle();
        }
    }

    /** The file is being removed: whoever has it may go on, and the last one closes it. */
    public synchronized void retire() {
        gone = true;
        closeIfIdle();
    }

    /** Closes the file if nobody reads it. */
    synchronized void closeIfIdle() {
        if (users == 0 && channel != null) {
            files.close(this, channel);
            channel = null;
        }
    }

    boolean takeRecentlyUsed() {
        boolean was = recentlyUsed;
        recentlyUsed = false;
        return was;
    }
}
