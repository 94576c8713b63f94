import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * What one group commit costs when many logs have become dirty: an {@code fdatasync} for each file, one after the other or side by
 * side; one {@code syncfs} of the file system; or a copy of all that is new in one journal file, with one {@code fdatasync}.
 *
 * <pre>java FlushStrategies.java DIR [ROUNDS=30]</pre>
 *
 * DIR: an empty directory on the disk to be measured. Prints, for each strategy, number of dirty files and bytes appended to each, the
 * median and 95th percentile of a round in ms, from the first write to everything being durable. Needs no other code; bounded to a
 * few GB written, which it removes.
 */
final class FlushStrategies {
    private static final int[] DIRTY_FILES = {1, 16, 100, 1000};
    private static final int[] APPEND_BYTES = {1 << 10, 16 << 10, 256 << 10};
    private static final long ROUND_BYTES_MAX = 64L << 20;
    private static final int SIDE_BY_SIDE = 16;

    private final Path directory;
    private final int rounds;

    private FlushStrategies(Path directory, int rounds) {
        this.directory = directory;
        this.rounds = rounds;
    }

    /** Makes durable what the round has appended. */
    interface Flush {
        void run(List<FileChannel> dirty, ByteBuffer appended) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: java FlushStrategies.java DIR [ROUNDS]");
            System.exit(2);
        }
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
        new FlushStrategies(Path.of(arguments[0]), rounds).run();
    }

    private void run() throws Exception {
        System.out.printf("%-14s %6s %8s %10s %10s%n", "strategy", "dirty", "bytes", "median ms", "p95 ms");
        for (int bytes : APPEND_BYTES) {
            for (int files : DIRTY_FILES) {
                if ((long) files * bytes <= ROUND_BYTES_MAX) {
                    compare(files, bytes);
                }
            }
        }
    }

    private void compare(int files, int bytes) throws Exception {
        measure("each", files, bytes, FlushStrategies::forceEach);
        try (ExecutorService helpers = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
            measure("side-by-side", files, bytes, (dirty, _) -> forceSideBySide(helpers, dirty));
        }
        measure("syncfs", files, bytes, (_, _) -> syncFileSystem());
        Path file = directory.resolve("journal");
        try (FileChannel journal = open(file)) {
            measure("journal", files, bytes, (dirty, appended) -> {
                writeJournal(journal, dirty.size(), appended);
                journal.force(false);
            });
        }
        Files.delete(file);
    }

    private static void forceEach(List<FileChannel> dirty, ByteBuffer appended) throws IOException {
        for (FileChannel file : dirty) {
            file.force(false);
        }
    }

    private static void forceSideBySide(ExecutorService helpers, List<FileChannel> dirty) throws Exception {
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < SIDE_BY_SIDE; i++) {
            int first = i;
            results.add(helpers.submit(() -> {
                for (int at = first; at < dirty.size(); at += SIDE_BY_SIDE) {
                    dirty.get(at).force(false);
                }
                return null;
            }));
        }
        for (Future<?> result : results) {
            result.get();
        }
    }

    private void syncFileSystem() throws Exception {
        Process sync = new ProcessBuilder("sync", "-f", directory.toString()).start();
        if (sync.waitFor() != 0) {
            throw new IOException("sync -f failed");
        }
    }

    private static void writeJournal(FileChannel journal, int files, ByteBuffer appended) throws IOException {
        ByteBuffer[] all = new ByteBuffer[files];
        Arrays.setAll(all, _ -> appended.duplicate());
        long left = (long) files * appended.remaining();
        while (left > 0) {
            left -= journal.write(all);
        }
    }

    private void measure(String name, int files, int bytes, Flush flush) throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        List<FileChannel> open = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            open.add(open(data.resolve("log-" + i)));
        }
        ByteBuffer append = ByteBuffer.allocateDirect(bytes);
        double[] ms = new double[rounds];
        for (int round = -3; round < rounds; round++) {
            long begun = System.nanoTime();
            for (FileChannel file : open) {
                writeJournal(file, 1, append);
            }
            flush.run(open, append);
            if (round >= 0) {
                ms[round] = (System.nanoTime() - begun) / 1e6;
            }
        }
        Arrays.sort(ms);
        System.out.printf("%-14s %6d %8d %10.2f %10.2f%n", name, files, bytes, ms[rounds / 2], ms[rounds * 95 / 100]);
        for (FileChannel file : open) {
            file.close();
        }
        remove(data);
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
