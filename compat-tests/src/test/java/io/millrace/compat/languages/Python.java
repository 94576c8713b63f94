package io.millrace.compat.languages;

import io.millrace.compat.Checkout;
import io.millrace.compat.Prerequisite;
import java.util.List;

/** Debian's Python, which finds the libraries of Debian's packages. */
final class Python {
    private static final String PYTHON = "/usr/bin/python3";

    private Python() {}

    static void has(String debianPackage, String modules) {
        Prerequisite.probe(debianPackage, PYTHON, "-c", "import " + modules);
    }

    static Driver driver(String client, String bootstrap) {
        return new Driver(
                List.of(PYTHON, "driver.py", client), Checkout.module().resolve("src/test/python"), bootstrap);
    }
}
