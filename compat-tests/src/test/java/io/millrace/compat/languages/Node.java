package io.millrace.compat.languages;

import io.millrace.compat.Checkout;
import io.millrace.compat.ForkedCommand;
import io.millrace.compat.Prerequisite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** Node with the packages of {@code src/test/node}, which {@code npm ci} brings into the module's target folder. */
final class Node {
    private Node() {}

    /** Node 20.19 or newer, and the locked packages. */
    static void hasPackages() {
        Prerequisite.probe("node 20.19 or newer", "node", "-e", """
                const [major, minor] = process.versions.node.split('.').map(Number)
                process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)
                """);
        Prerequisite.command("npm");
        install();
    }

    private static Path home() {
        return Checkout.moduleTarget().resolve("node");
    }

    /** The sources are copied each time, the packages only when the lock has changed. */
    private static synchronized void install() {
        var sources = Checkout.module().resolve("src/test/node");
        try (var files = Files.list(sources)) {
            Files.createDirectories(home());
            var stamp = home().resolve("installed-lock");
            var lock = Files.readString(sources.resolve("package-lock.json"));
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, home().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.exists(stamp) || !Files.readString(stamp).equals(lock)) {
                ForkedCommand.of("npm", "ci", "--no-audit", "--no-fund")
                        .directory(home())
                        .timeout(Duration.ofMinutes(3))
                        .run()
                        .assertSucceeded();
                Files.writeString(stamp, lock);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Driver driver(String client, String bootstrap) {
        return new Driver(List.of("node", "driver.js", client), home(), bootstrap);
    }
}
