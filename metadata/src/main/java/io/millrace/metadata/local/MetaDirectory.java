package io.millrace.metadata.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of the files in the metadata directory, and the one way to make a file there: whole or not at all. */
record MetaDirectory(Path path) {
    private static final Pattern COMMANDS = Pattern.compile("commands-(\\d{20})\\.log");
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot-(\\d{20})\\.image");
    private static final String TEMPORARY = ".tmp";

    /** A file with an image version in its name. */
    record Versioned(Path file, long version) {}

    static MetaDirectory create(Path path) throws IOException {
        Files.createDirectories(path);
        return new MetaDirectory(path);
    }

    Path commands(long baseVersion) {
        return path.resolve(String.format(Locale.ROOT, "commands-%020d.log", baseVersion));
    }

    Path snapshot(long version) {
        return path.resolve(String.format(Locale.ROOT, "snapshot-%020d.image", version));
    }

    Path identity() {
        return path.resolve("identity");
    }

    Path lock() {
        return path.resolve("lock");
    }

    /** Oldest first. */
    List<Versioned> commandFiles() throws IOException {
        return versioned(COMMANDS);
    }

    /** Oldest first. */
    List<Versioned> snapshots() throws IOException {
        return versioned(SNAPSHOT);
    }

    /** What a crash left of a file in the making. */
    void deleteTemporaryFiles() throws IOException {
        for (Path file : files()) {
            if (file.toString().endsWith(TEMPORARY)) {
                Files.delete(file);
            }
        }
    }

    /** Afterwards the file is there with these contents, also after a crash; before, it is not there or as it was. */
    void writeWhole(Path file, ByteBuffer contents) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (contents.hasRemaining()) {
                channel.write(contents);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force();
    }

    /** Makes the directory's own entries durable. */
    void force() throws IOException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private List<Versioned> versioned(Pattern name) throws IOException {
        return files().stream()
                .map(file -> name.matcher(String.valueOf(file.getFileName())))
                .filter(Matcher::matches)
                .map(match -> new Versioned(path.resolve(match.group()), Long.parseLong(match.group(1))))
                .sorted(Comparator.comparingLong(Versioned::version))
                .toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.toList();
        }
    }
}
