/**
 * What the cluster is made of, and the only way to change it.
 *
 * <pre>
 * {@link io.millrace.metadata.MetadataCommand} -> {@link io.millrace.metadata.MetadataLog} (orders, makes durable)
 *      -> apply(image, command), pure -> {@link io.millrace.metadata.ClusterImage} -> subscribers act on the difference
 * </pre>
 *
 * Time and random values travel inside the commands, so that every broker that applies the same log has the same image.
 */
@NullMarked
package io.millrace.metadata;

import org.jspecify.annotations.NullMarked;
