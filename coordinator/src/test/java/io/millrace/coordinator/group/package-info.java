/** Tests of consumer groups: by API, as transcripts, and as a seeded model. */
@NullMarked
package io.millrace.coordinator.group;

import org.jspecify.annotations.NullMarked;
