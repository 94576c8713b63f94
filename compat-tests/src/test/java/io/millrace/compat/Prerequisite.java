package io.millrace.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A client that is not part of the build. Where it is missing, its suite is left out and counted as skipped; with
 * {@code CHECK_STRICT=1} in the environment that is a failure.
 */
public final class Prerequisite {
    private Prerequisite() {}

    public static void file(Path file, String what) {
        require(Files.exists(file), what);
    }

    /** A command on the PATH. */
    public static void command(String name) {
        var folders = System.getenv("PATH").split(":");
        require(Arrays.stream(folders).anyMatch(f -> Files.isExecutable(Path.of(f, name))), name);
    }

    /** Something that a probe command, itself a prerequisite, finds out. */
    public static void probe(String what, String... probe) {
        command(Path.of(probe[0]).getFileName().toString());
        require(ForkedCommand.of(probe).run().exitCode() == 0, what);
    }

    private static void require(boolean present, String what) {
        var message = "left out: " + what + " is not installed";
        if ("1".equals(System.getenv("CHECK_STRICT"))) {
            assertThat(present).as(message).isTrue();
        }
        assumeTrue(present, message);
    }
}
