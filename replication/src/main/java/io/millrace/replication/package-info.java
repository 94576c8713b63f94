/**
 * One partition as this broker holds it: as leader now, as follower from the day there are several brokers.
 *
 * <pre>
 * {@link io.millrace.replication.Replicas}         every partition of this broker, following the cluster image
 * {@link io.millrace.replication.Partition}        append -> log -> durable -> high watermark -> acknowledgements, waiting fetches
 * {@link io.millrace.replication.RecordBatchValidation}  what a producer sent, checked before it may enter the log
 * </pre>
 */
@NullMarked
package io.millrace.replication;

import org.jspecify.annotations.NullMarked;
