package io.millrace.compat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build's files lie. */
public final class Checkout {
    private Checkout() {}

    public static Path root() {
        return Path.of(System.getProperty("compat.root", module().resolve("..").toString()))
                .toAbsolutePath()
                .normalize();
    }

    /** The folder of this module. */
    public static Path module() {
        return Path.of(System.getProperty("compat.module", "."))
                .toAbsolutePath()
                .normalize();
    }

    public static Path moduleTarget() {
        return module().resolve("target");
    }

    /** The class path that the module {@code classpaths/NAME} resolved. */
    public static String classpath(String name) {
        var file = module().resolve("classpaths/" + name + "/target/classpath");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("build the module first: it writes the class paths", e);
        }
    }

    /** The java that runs this test: the build's JDK 25. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
