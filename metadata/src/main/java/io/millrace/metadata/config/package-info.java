/**
 * Configuration: which keys there are, what they may be, and what holds where.
 *
 * <pre>
 * file, flags, environment -> {@link io.millrace.metadata.config.StaticConfig} ---+
 * {@link io.millrace.metadata.ClusterImage} (dynamic values) ---------------------+-> {@link io.millrace.metadata.config.EffectiveConfig}
 * {@link io.millrace.metadata.config.TopicConfigs}, {@link io.millrace.metadata.config.BrokerConfigs} (defaults) ---+         |  values, descriptions
 *                                                                                          v
 * requests -> {@link io.millrace.metadata.config.ConfigAlterations} -> a validated ConfigChange command
 * </pre>
 *
 * Keys and defaults are Kafka's where the thing exists; docs/configuration.md is generated from the catalogues.
 */
@NullMarked
package io.millrace.metadata.config;

import org.jspecify.annotations.NullMarked;
