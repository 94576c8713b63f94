package io.millrace.broker.api;

import io.millrace.replication.FetchWaiter;
import io.millrace.replication.Partition;
import io.millrace.storage.LogPosition;
import io.millrace.storage.LogSlice;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * A fetch under way: opens what is closed, reads, and if that is too little waits for more, then reads again. Runs on its
 * connection's event loop; only the wake-up comes from other threads.
 */
final class PendingFetch extends CompletableFuture<FetchResponseData> {
    private static final short CURRENT_LEADER_FROM = 16;
    /** A wait is no longer than this without a look whether the client is still there. */
    private static final long LOOK_MS = 30_000;

    private final RequestContext context;
    private final FetchRequestData request;
    private final FetchSource source;
    private final FetchReply reply;
    private final boolean fromReplica;
    private final IsolationLevel isolation;
    private final int maxBytes;
    private final PartitionData[] answers;
    private final LogPosition[] limits;
    private long bytesFound;
    private boolean failed;
    private long deadlineNanos;
    private @Nullable FetchWaiter waiter;
    private @Nullable Future<?> timer;

    PendingFetch(
            RequestContext context,
            FetchRequestData request,
            FetchSource source,
            FetchReply reply,
            boolean fromReplica) {
        this.context = context;
        this.request = request;
        this.source = source;
        this.reply = reply;
        this.fromReplica = fromReplica;
        this.isolation = IsolationLevel.forId(request.isolationLevel());
        this.maxBytes = Math.min(request.maxBytes(), source.responseBytesMax());
        this.answers = new PartitionData[reply.targets().size()];
        this.limits = new LogPosition[answers.length];
    }

    void start() {
        OpenLogs logs = new OpenLogs();
        reply.targets().forEach(target -> logs.add(source.partition(target)));
        logs.whenTried(context, this::look);
    }

    private void look() {
        read();
        int minBytes = Math.min(request.minBytes(), maxBytes);
        if (request.maxWaitMs() <= 0 || failed || bytesFound >= minBytes || !anyReadable()) {
            answer();
        } else {
            await(minBytes);
        }
    }

    private void read() {
        bytesFound = 0;
        failed = false;
        List<FetchTarget> targets = reply.targets();
        for (int i = 0; i < answers.length; i++) {
            answers[i] = read(i, targets.get(i));
        }
    }

    private PartitionData read(int index, FetchTarget target) {
        Partition partition = source.partition(target);
        if (partition == null) {
            Errors missing = source.missing(target, context.apiVersion() >= FetchHandler.TOPIC_IDS_FROM);
            // As in Kafka, a topic that nobody knows does not keep the others from waiting.
            failed |= missing == Errors.NOT_LEADER_OR_FOLLOWER;
            return FetchSource.error(target, missing);
        }
        if (fromReplica) {
            failed = true;
            return FetchSource.error(target, Errors.NOT_LEADER_OR_FOLLOWER);
        }
        limits[index] = partition.limit(isolation);
        int room = (int) Math.min(target.maxBytes(), maxBytes - bytesFound);
        PartitionData answer = FetchSource.read(partition, target, isolation, room, bytesFound == 0);
        failed |= answer.errorCode() != Errors.NONE.code();
        bytesFound += answer.records().sizeInBytes();
        return answer;
    }

    private boolean anyReadable() {
        for (PartitionData answer : answers) {
            if (answer.errorCode() == Errors.NONE.code()) {
                return true;
            }
        }
        return false;
    }

    private void await(int minBytes) {
        FetchWaiter created = new FetchWaiter(minBytes, bytesFound, answers.length, () -> onEventLoop(this::lookAgain));
        waiter = created;
        List<FetchTarget> targets = reply.targets();
        for (int i = 0; i < answers.length; i++) {
            Partition partition =
                    answers[i].errorCode() == Errors.NONE.code() ? source.partition(targets.get(i)) : null;
            if (partition != null) {
                created.watch(partition, limits[i], targets.get(i).maxBytes());
            }
        }
        release();
        deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.maxWaitMs());
        schedule();
    }

    private void schedule() {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        timer = context.eventLoop().schedule(this::timeUp, Math.min(leftMs, LOOK_MS), TimeUnit.MILLISECONDS);
    }

    private void timeUp() {
        FetchWaiter waiting = waiter;
        if (waiting == null) {
            return;
        }
        if (context.connected() && deadlineNanos - System.nanoTime() > 0) {
            schedule();
        } else if (waiting.expire()) {
            if (isolation == IsolationLevel.READ_UNCOMMITTED && bytesFound == 0 && !waiting.hasGrown()) {
                stopWaiting(); // with thousands of partitions and no news, a second look would be half the work
                answer();
            } else {
                lookAgain();
            }
        }
    }

    private void lookAgain() {
        stopWaiting();
        read();
        answer();
    }

    private void stopWaiting() {
        if (waiter != null) {
            waiter.close();
            waiter = null;
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void answer() {
        FetchResponseData response = reply.response(answers, System.currentTimeMillis());
        if (response.errorCode() != Errors.NONE.code()) {
            release();
        }
        if (failed && context.apiVersion() >= CURRENT_LEADER_FROM) {
            source.addLeaders(response, context.listenerName());
        }
        complete(response);
    }

    private void release() {
        for (PartitionData answer : answers) {
            if (answer.records() instanceof LogSlice slice) {
                slice.release();
            }
        }
    }

    private void onEventLoop(Runnable step) {
        try {
            context.eventLoop().execute(step);
        } catch (RejectedExecutionException stopped) {
            completeExceptionally(stopped);
        }
    }
}
