package io.millrace.compat.languages;

/** kafkajs, pure JavaScript. */
final class KafkaJsIT extends LanguageSuite {
    @Override
    void requireLibrary() {
        Node.hasPackages(20, 0);
    }

    @Override
    Driver driver(String bootstrap) {
        return Node.driver("kafkajs", bootstrap);
    }
}
