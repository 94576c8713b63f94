/**
 * One {@link io.millrace.broker.api.ApiHandler} per API key: takes the decoded request, asks the modules below, gives the
 * response. Handlers are called on a connection's event loop and never block it.
 */
@NullMarked
package io.millrace.broker.api;

import org.jspecify.annotations.NullMarked;
