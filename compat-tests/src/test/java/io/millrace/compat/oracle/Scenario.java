package io.millrace.compat.oracle;

import java.io.IOException;
import org.apache.kafka.common.protocol.ApiKeys;

/** Requests of one key with something to find out, played at each of its versions from {@code since} to {@code until}. */
record Scenario(ApiKeys key, String name, short since, short until, Play play) {
    /** What is sent; the exchange knows the version and the broker. */
    interface Play {
        void on(Exchange exchange) throws IOException;
    }

    static Scenario of(ApiKeys key, String name, Play play) {
        return new Scenario(key, name, key.oldestVersion(), key.latestVersion(false), play);
    }

    Scenario since(int version) {
        return new Scenario(key, name, (short) version, until, play);
    }

    Scenario until(int version) {
        return new Scenario(key, name, since, (short) version, play);
    }

    @Override
    public String toString() {
        return key.name + ": " + name;
    }
}
