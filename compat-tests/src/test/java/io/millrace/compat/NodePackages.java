package io.millrace.compat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** The Node scripts and the packages of their lock file, side by side in the build folder. */
public final class NodePackages {
    private NodePackages() {}

    /** Copies the scripts and, where the lock file is newer than what is installed, has npm install it. */
    public static synchronized Path installed() {
        Prerequisite.command("node");
        Prerequisite.command("npm");
        var source = Checkout.module().resolve("src/test/node");
        var target = Checkout.moduleTarget().resolve("node");
        try {
            Files.createDirectories(target);
            try (var files = Files.list(source)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            install(source.resolve("package-lock.json"), target);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void install(Path lock, Path target) throws IOException {
        var stamp = target.resolve("installed-lock.json");
        if (Files.exists(stamp) && Files.mismatch(stamp, lock) == -1) {
            return;
        }
        ForkedCommand.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(target)
                .timeout(Duration.ofMinutes(3))
                .run()
                .assertSucceeded();
        Files.copy(lock, stamp, StandardCopyOption.REPLACE_EXISTING);
    }
}
