/**
 * What no client should send: broken frames, then requests whose fields are extreme, then requests with bytes changed.
 * The broker answers with an error or closes the connection, and goes on serving everybody else as before.
 */
@NullMarked
package io.millrace.compat.badinput;

import org.jspecify.annotations.NullMarked;
