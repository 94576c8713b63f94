package io.millrace.compat.languages;

/** confluent-kafka, Python on librdkafka. */
final class ConfluentPythonIT extends LanguageSuite {
    @Override
    void requireLibrary() {
        Python.has("python3-confluent-kafka", "confluent_kafka");
    }

    @Override
    Driver driver(String bootstrap) {
        return Python.driver("confluent", bootstrap);
    }
}
