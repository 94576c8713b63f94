package io.millrace.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.launcher.Sandbox.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    private Sandbox sandbox;
    private Path launcher;

    @BeforeEach
    void cloneWithMaven(@TempDir Path directory) throws IOException {
        sandbox = new Sandbox(directory.toRealPath()).withMaven();
        launcher = sandbox.clone.resolve("millrace");
    }

    @Test
    void buildsOnceAndThenOnlyStarts() throws Exception {
        Finished first = sandbox.run(launcher, "start");
        Finished second = sandbox.run(launcher, "start");

        assertThat(first.err()).contains("building");
        assertThat(second.err()).isEmpty();
        assertThat(sandbox.calls("mvn")).isEqualTo(1);
        assertThat(sandbox.calls("java")).isEqualTo(2);
    }

    @Test
    void itsProcessIdIsTheBrokers() throws Exception {
        Finished finished = sandbox.run(launcher, "start");

        assertThat(finished.out()).contains("pid=" + finished.pid() + " ");
    }

    @Test
    void aChangedSourceIsBuilt() throws Exception {
        sandbox.run(launcher, "start");
        sandbox.touchedLater(sandbox.write("broker/src/main/java/Broker.java", "class Broker { }"));
        sandbox.run(launcher, "start");

        assertThat(sandbox.calls("mvn")).isEqualTo(2);
    }

    @Test
    void aRemovedSourceIsNoticed() throws Exception {
        Path gone = sandbox.write("broker/src/main/java/Gone.java", "class Gone {}");
        sandbox.run(launcher, "start");
        Files.delete(gone);
        sandbox.touchedLater(sandbox.clone.resolve("broker/src/main/java"));
        sandbox.run(launcher, "start");

        assertThat(sandbox.calls("mvn")).isEqualTo(2);
    }

    @Test
    void aChangedTestIsNotBuilt() throws Exception {
        sandbox.run(launcher, "start");
        sandbox.touchedLater(sandbox.write("broker/src/test/java/BrokerTest.java", "class BrokerTest {}"));
        sandbox.run(launcher, "start");

        assertThat(sandbox.calls("mvn")).isEqualTo(1);
    }

    @Test
    void aFailedBuildShowsItsErrorsAndStartsNothing() throws Exception {
        Files.createFile(sandbox.root.resolve("broken"));
        Finished finished = sandbox.run(launcher, "start");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.err()).contains("Broker.java:[1,7] not a statement").contains("build.log");
        assertThat(sandbox.calls("java")).isZero();
    }

    @Test
    void aFailedBuildIsTriedAgain() throws Exception {
        Path broken = Files.createFile(sandbox.root.resolve("broken"));
        sandbox.run(launcher, "start");
        Files.delete(broken);

        assertThat(sandbox.run(launcher, "start").exitCode()).isZero();
    }

    @Test
    void withoutMavenItSaysWhatToInstall(@TempDir Path bare) throws Exception {
        var withoutMaven = new Sandbox(bare.toRealPath());
        Finished finished = withoutMaven.run(withoutMaven.clone.resolve("millrace"), "start");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.err().lines()).singleElement().asString().contains("apt install maven");
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        Path old = sandbox.fakeJdk("old", "17.0.15");
        Finished finished = sandbox.with("JAVA_HOME", old.toString()).run(launcher, "start");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.err().lines())
                .singleElement()
                .asString()
                .contains("needs a JDK 25")
                .contains("install");
        assertThat(sandbox.calls("mvn")).isZero();
    }

    @Test
    void theJdkCanBeNamed() throws Exception {
        Path newer = sandbox.fakeJdk("newer", "26");
        sandbox.with("JAVA_HOME", "/nowhere").with("MILLRACE_JAVA_HOME", newer.toString());

        assertThat(sandbox.run(launcher, "start").exitCode()).isZero();
    }

    @Test
    void aJdkNamedWronglyIsAnError() throws Exception {
        Finished finished = sandbox.with("MILLRACE_JAVA_HOME", "/nowhere").run(launcher, "start");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.err()).contains("MILLRACE_JAVA_HOME=/nowhere");
    }

    @Test
    void theJdkIsLookedForInTheUsualPlaces() throws Exception {
        sandbox.fakeJdk("jvms/jdk-17", "17.0.15");
        sandbox.fakeJdk("jvms/jdk-25", "25.0.3");
        sandbox.with("JAVA_HOME", "").with("MILLRACE_JDK_PLACES", "/nowhere:" + sandbox.root.resolve("jvms"));

        assertThat(sandbox.run(sandbox.clone.resolve("bin/find-jdk")).out().strip())
                .isEqualTo(sandbox.root.resolve("jvms/jdk-25").toString());
    }

    @Test
    void linksToItWorkFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(sandbox.root.resolve("m"), Path.of("clone/millrace"));

        assertThat(sandbox.run(link, "start").exitCode()).isZero();
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws Exception {
        sandbox.run(launcher, "produce", "t", "--key", "a b");

        assertThat(sandbox.lines("java"))
                .singleElement()
                .asString()
                .endsWith("io.millrace.cli.Main produce t --key a b");
    }

    @Test
    void outputIsUtf8EvenWithoutALocale() throws Exception {
        assertThat(sandbox.run(launcher, "start").out()).contains("locale=C.UTF-8");
    }

    @Test
    void theCacheIsMadeOnceForAJdk() throws Exception {
        sandbox.with("MILLRACE_AOT", "");
        sandbox.run(launcher, "start");
        sandbox.run(launcher, "start");

        assertThat(sandbox.lines("java")).hasSize(3);
        assertThat(sandbox.lines("java").get(0)).contains("-XX:AOTCacheOutput=").contains("Training");
        assertThat(sandbox.lines("java").get(2)).contains("-XX:AOTCache=").contains("millrace.aot");
    }

    @Test
    void anotherJdkGetsACacheOfItsOwn() throws Exception {
        sandbox.with("MILLRACE_AOT", "");
        sandbox.run(launcher, "start");
        sandbox.with("JAVA_HOME", sandbox.fakeJdk("newer", "26").toString()).run(launcher, "start");

        assertThat(sandbox.lines("java"))
                .filteredOn(call -> call.contains("Training"))
                .hasSize(2);
    }

    @Test
    void installedItBuildsNothing() throws Exception {
        Path home = Files.createDirectories(sandbox.root.resolve("installed"));
        Files.createDirectories(home.resolve("bin"));
        Files.createFile(Files.createDirectories(home.resolve("lib")).resolve("a.jar"));
        Files.copy(launcher, home.resolve("bin/millrace"));
        Files.copy(sandbox.clone.resolve("bin/find-jdk"), home.resolve("bin/find-jdk"));
        Files.delete(sandbox.jdk.resolve("bin/javac"));

        Finished finished = sandbox.run(home.resolve("bin/millrace"), "start");

        assertThat(finished.exitCode()).isZero();
        assertThat(sandbox.calls("mvn")).isZero();
        assertThat(sandbox.lines("java"))
                .singleElement()
                .asString()
                .contains(home.resolve("lib/a.jar").toString());
    }

    @Test
    void anInstallationWithoutJarsSaysSo() throws Exception {
        Path home = sandbox.root.resolve("empty");
        Files.createDirectories(home.resolve("bin"));
        Files.copy(launcher, home.resolve("bin/millrace"));
        Files.copy(sandbox.clone.resolve("bin/find-jdk"), home.resolve("bin/find-jdk"));

        assertThat(sandbox.run(home.resolve("bin/millrace"), "start").err()).contains("incomplete");
    }
}
