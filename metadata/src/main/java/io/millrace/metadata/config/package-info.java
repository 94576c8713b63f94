/**
 * Configuration: which keys there are, what they may be, and what holds where.
 *
 * <pre>
 * file, flags, environment -> {@link io.millrace.metadata.config.StaticConfig} -----------+
 * dynamic values in the {@link io.millrace.metadata.ClusterImage} ------------------------+-> {@link io.millrace.metadata.config.EffectiveConfig}
 * defaults of {@link io.millrace.metadata.config.TopicConfigs}, {@link io.millrace.metadata.config.BrokerConfigs} ---+
 *
 * requests -> {@link io.millrace.metadata.config.ConfigAlterations} -> a checked ConfigChange for the command log
 * </pre>
 *
 * Keys and defaults are Kafka's where the thing exists; docs/configuration.md is generated from the catalogues.
 */
@NullMarked
package io.millrace.metadata.config;

import org.jspecify.annotations.NullMarked;
