package io.millrace.compat.languages;

/** The package platformatic/kafka, JavaScript on the newest versions of the protocol. */
final class PlatformaticKafkaIT extends LanguageSuite {
    @Override
    void requireLibrary() {
        Node.hasPackages(22, 22);
    }

    @Override
    Driver driver(String bootstrap) {
        return Node.driver("platformatic", bootstrap);
    }
}
