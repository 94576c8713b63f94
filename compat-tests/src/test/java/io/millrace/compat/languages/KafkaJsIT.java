package io.millrace.compat.languages;

/** kafkajs, pure JavaScript. */
final class KafkaJsIT extends LanguageSuite {
    @Override
    void requireLibrary() {
        Node.hasPackages();
    }

    @Override
    Driver driver(String bootstrap) {
        return Node.driver("kafkajs", bootstrap);
    }
}
