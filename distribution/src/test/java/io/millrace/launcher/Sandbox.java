package io.millrace.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A clone with the real scripts in it, and nothing else real: {@code mvn} and {@code java} are scripts that write their
 * arguments to a file. The PATH has the ordinary Unix tools, and {@code mvn} if it was asked for.
 */
final class Sandbox {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> TOOLS = List.of(
            "bash", "readlink", "find", "mktemp", "mkdir", "rm", "mv", "cp", "grep", "head", "cat", "touch", "sleep");

    final Path root;
    final Path clone;
    final Path jdk;
    private final Path path;
    private final Map<String, String> environment = new HashMap<>();

    Sandbox(Path root) throws IOException {
        this.root = root;
        clone = root.resolve("clone");
        path = Files.createDirectories(root.resolve("path"));
        jdk = fakeJdk("jdk", "25.0.1");
        Files.createDirectories(clone.resolve("bin"));
        for (String script : List.of("millrace", "bin/find-jdk")) {
            Files.copy(REPOSITORY.resolve(script), clone.resolve(script));
        }
        write("pom.xml", "<project/>");
        write("broker/src/main/java/Broker.java", "class Broker {}");
        for (String tool : TOOLS) {
            script(path.resolve(tool), "exec " + located(tool) + " \"$@\"\n");
        }
        environment.put("PATH", path.toString());
        environment.put("HOME", root.resolve("home").toString());
        environment.put("MILLRACE_JDK_PLACES", "");
        environment.put("JAVA_HOME", jdk.toString());
        environment.put("MILLRACE_AOT", "never");
    }

    /** A Maven that makes one jar, or fails if there is a file {@code broken}. */
    Sandbox withMaven() throws IOException {
        script(path.resolve("mvn"), """
                echo "$@" >> %1$s/mvn.calls
                if [ -e %1$s/broken ]; then
                  echo '[ERROR] Broker.java:[1,7] not a statement'
                  exit 1
                fi
                mkdir -p distribution/target/millrace/lib
                touch distribution/target/millrace/lib/a.jar distribution/target/millrace/lib/b.jar
                """.formatted(root));
        return this;
    }

    Sandbox with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Path fakeJdk(String name, String version) throws IOException {
        Path home = root.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "exit 0\n");
        script(home.resolve("bin/java"), """
                echo "$@" >> %1$s/java.calls
                case "$*" in
                  *Training*) for word; do case $word in -XX:AOTCacheOutput=*) echo cache > "${word#*=}" ;; esac; done ;;
                  *) echo "pid=$$ locale=${LC_ALL-}${LC_CTYPE-}" ;;
                esac
                """.formatted(root));
        return home;
    }

    Path write(String file, String text) throws IOException {
        Path target = clone.resolve(file);
        Files.createDirectories(target.resolve("..").normalize());
        return Files.writeString(target, text);
    }

    /** As if the file had been written after the last build, whatever the file system's clock resolves. */
    void touchedLater(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }

    long calls(String program) throws IOException {
        return lines(program).size();
    }

    List<String> lines(String program) throws IOException {
        Path calls = root.resolve(program + ".calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    Finished run(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(root, "run", ".out");
        Path err = Files.createTempFile(root, "run", ".err");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " did not end; " + Files.readString(err));
        }
        return new Finished(process.pid(), process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** How a script ended. */
    record Finished(long pid, int exitCode, String out, String err) {}

    private static Path located(String tool) {
        for (String directory : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
            Path candidate = Path.of(directory, tool);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("this machine has no " + tool);
    }

    private static void script(Path file, String body) {
        try {
            Files.writeString(file, "#!/bin/bash\n" + body);
            if (!file.toFile().setExecutable(true)) {
                throw new IllegalStateException(file + " cannot be made executable");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
