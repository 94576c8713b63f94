package io.millrace.compat.languages;

import io.millrace.compat.Prerequisite;

/** The package platformatic/kafka, JavaScript on the newest versions of the protocol. */
final class PlatformaticKafkaIT extends LanguageSuite {
    @Override
    void requireLibrary() {
        Node.hasPackages();
    }

    @Override
    void requireCodec(String codec) {
        if (codec.equals("zstd")) {
            Prerequisite.probe(
                    "Node 22.15 or newer, for zstd in @platformatic/kafka",
                    "node",
                    "-e",
                    "process.exit(require('zlib').zstdCompressSync ? 0 : 1)");
        }
    }

    @Override
    Driver driver(String bootstrap) {
        return Node.driver("platformatic", bootstrap);
    }
}
