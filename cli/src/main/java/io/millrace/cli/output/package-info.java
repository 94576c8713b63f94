/** What commands print: aligned tables for people, JSON documents for programs. */
@NullMarked
package io.millrace.cli.output;

import org.jspecify.annotations.NullMarked;
