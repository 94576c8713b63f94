/**
 * Commands and images as bytes, the same in every log that orders them.
 *
 * <pre>
 * {@link io.millrace.metadata.MetadataCommand} <-> {@link io.millrace.metadata.codec.CommandCodec} <-> tag, version, body
 * {@link io.millrace.metadata.ClusterImage}    <-> {@link io.millrace.metadata.codec.ImageCodec}   <-> version, body
 * </pre>
 *
 * What is equal has equal bytes: maps are written in the order of their keys. A version's bytes never change; a new version is
 * a new format class beside the old one.
 */
@NullMarked
package io.millrace.metadata.codec;

import org.jspecify.annotations.NullMarked;
