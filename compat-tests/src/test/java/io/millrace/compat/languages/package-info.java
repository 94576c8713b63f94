/**
 * Clients of other languages. Each has a driver in its own language (under {@code src/test/python} and
 * {@code src/test/node}) that reads operations as lines of JSON and prints what came of them; {@link
 * io.millrace.compat.languages.Driver} runs it, and {@link io.millrace.compat.languages.LanguageSuite} holds the
 * scenarios, the same for every client.
 */
@NullMarked
package io.millrace.compat.languages;

import org.jspecify.annotations.NullMarked;
