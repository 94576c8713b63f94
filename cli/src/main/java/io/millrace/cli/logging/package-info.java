/** Logging of the command and the broker, configured in code: reading an XML file would cost a tenth of the start. */
@NullMarked
package io.millrace.cli.logging;

import org.jspecify.annotations.NullMarked;
