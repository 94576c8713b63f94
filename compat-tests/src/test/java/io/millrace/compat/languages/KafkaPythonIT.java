package io.millrace.compat.languages;

/** kafka-python, pure Python. */
final class KafkaPythonIT extends LanguageSuite {
    @Override
    void requireLibrary() {
        Python.has("python3-kafka", "kafka");
        Python.has("python3-snappy, python3-lz4 or python3-zstandard", "snappy, lz4.frame, zstandard");
    }

    @Override
    Driver driver(String bootstrap) {
        return Python.driver("kafka_python", bootstrap);
    }
}
