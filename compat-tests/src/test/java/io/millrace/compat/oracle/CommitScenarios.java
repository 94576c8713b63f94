package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.OFFSET_COMMIT;
import static org.apache.kafka.common.protocol.ApiKeys.OFFSET_DELETE;
import static org.apache.kafka.common.protocol.ApiKeys.OFFSET_FETCH;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.jspecify.annotations.Nullable;

/** Committed offsets: OffsetCommit, OffsetFetch, OffsetDelete. */
final class CommitScenarios {
    private CommitScenarios() {}

    static List<Scenario> all() {
        return Stream.of(commits(), memberCommits(), fetches(), deletions())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> commits() {
        return List.of(
                Scenario.of(OFFSET_COMMIT, "without a member, forwards and back", e -> {
                    var topic = e.topic("t", 2, Map.of());
                    e.send(commit(e, e.name("g"), topic, at(0, 7, "seven"), at(1, 9, null)));
                    e.send(commit(e, e.name("g"), topic, at(0, 3, "")));
                    show(e, topic);
                }),
                Scenario.of(OFFSET_COMMIT, "negative offset", e -> {
                    var topic = e.topic("t");
                    e.send(commit(e, e.name("g"), topic, at(0, -5, "")));
                    show(e, topic);
                }),
                Scenario.of(OFFSET_COMMIT, "leader epoch", e -> {
                            var topic = e.topic("t");
                            e.send(commit(e, e.name("g"), topic, at(0, 5, "").setCommittedLeaderEpoch(8)));
                            show(e, topic);
                        })
                        .since(6),
                Scenario.of(OFFSET_COMMIT, "metadata as long as it may be", e -> {
                    var topic = e.topic("t", 2, Map.of());
                    e.send(commit(e, e.name("g"), topic, at(0, 5, "x".repeat(4096)), at(1, 5, "x".repeat(4097))));
                    show(e, topic);
                }),
                Scenario.of(OFFSET_COMMIT, "topic and partition that are not there", e -> {
                    e.send(commit(e, e.name("g"), e.topic("t"), at(0, 1, ""), at(7, 1, ""), at(-1, 1, "")));
                    e.send(commit(e, e.name("g"), e.name("none"), at(0, 1, "")));
                }),
                Scenario.of(OFFSET_COMMIT, "one partition twice", e -> {
                    var topic = e.topic("t");
                    e.send(commit(e, e.name("g"), topic, at(0, 1, ""), at(0, 2, "")));
                    show(e, topic);
                }),
                Scenario.of(OFFSET_COMMIT, "empty group", e -> e.send(commit(e, "", e.topic("t"), at(0, 1, "")))),
                Scenario.of(OFFSET_COMMIT, "nothing", e -> {
                    e.send(new OffsetCommitRequestData().setGroupId(e.name("g")));
                }),
                Scenario.of(OFFSET_COMMIT, "generation of a group that is not there", e -> {
                    e.send(commit(e, e.name("g"), e.topic("t"), at(0, 1, "")).setGenerationIdOrMemberEpoch(3));
                }),
                Scenario.of(OFFSET_COMMIT, "retention of its own", e -> {
                            e.send(commit(e, e.name("g"), e.topic("t"), at(0, 1, ""))
                                    .setRetentionTimeMs(60_000));
                        })
                        .until(4));
    }

    private static List<Scenario> memberCommits() {
        return List.of(
                memberCommit("member", r -> r),
                memberCommit("generation of before", r -> r.setGenerationIdOrMemberEpoch(0)),
                memberCommit("generation of later", r -> r.setGenerationIdOrMemberEpoch(9)),
                memberCommit("unknown member", r -> r.setMemberId("nobody")),
                memberCommit(
                        "no member while there are some", r -> r.setMemberId("").setGenerationIdOrMemberEpoch(-1)),
                memberCommit("unknown instance", r -> r.setGroupInstanceId("nobody"))
                        .since(7),
                Scenario.of(OFFSET_COMMIT, "before the assignment", e -> {
                    var topic = e.topic("t");
                    var member = Membership.joined(e, e.name("g"));
                    e.send(by(member, commit(e, member.group(), topic, at(0, 1, ""))));
                }));
    }

    private static Scenario memberCommit(String name, UnaryOperator<OffsetCommitRequestData> change) {
        return Scenario.of(OFFSET_COMMIT, name, e -> {
            var topic = e.topic("t");
            var member = Membership.stable(e, e.name("g"));
            e.send(change.apply(by(member, commit(e, member.group(), topic, at(0, 1, "")))));
            show(e, topic);
        });
    }

    private static OffsetCommitRequestData by(Membership member, OffsetCommitRequestData request) {
        return request.setMemberId(member.member()).setGenerationIdOrMemberEpoch(member.generation());
    }

    private static void show(Exchange e, String topic) throws IOException {
        var asked = new OffsetFetchRequestTopics().setTopicId(e.id(topic)).setPartitionIndexes(List.of(0));
        var group = new OffsetFetchRequestGroup().setGroupId(e.name("g")).setTopics(List.of(asked));
        e.show(OFFSET_FETCH, new OffsetFetchRequestData().setGroups(List.of(group)));
    }

    private static List<Scenario> fetches() {
        return List.of(
                Scenario.of(OFFSET_FETCH, "committed, not committed, not there", e -> {
                    var topic = committed(e);
                    e.send(fetch(e, e.name("g"), topic, 0, 1, 9));
                    e.send(fetch(e, e.name("g"), e.name("none"), 0));
                }),
                Scenario.of(OFFSET_FETCH, "group that is not there", e -> {
                    e.send(fetch(e, e.name("none"), committed(e), 0, 1));
                }),
                Scenario.of(OFFSET_FETCH, "empty group", e -> e.send(fetch(e, "", committed(e), 0))),
                Scenario.of(OFFSET_FETCH, "all of a group", e -> {
                            committed(e);
                            e.send(fetch(e, e.name("g"), null));
                            e.send(fetch(e, e.name("none"), null));
                        })
                        .since(2),
                Scenario.of(OFFSET_FETCH, "no partitions", e -> e.send(fetch(e, e.name("g"), committed(e)))),
                Scenario.of(OFFSET_FETCH, "stable offsets", e -> {
                            e.send(fetch(e, e.name("g"), committed(e), 0).setRequireStable(true));
                        })
                        .since(7),
                Scenario.of(OFFSET_FETCH, "several groups", e -> {
                            var topic = committed(e);
                            var all = new ArrayList<OffsetFetchRequestGroup>();
                            all.addAll(fetch(e, e.name("g"), topic, 0).groups());
                            all.addAll(fetch(e, "warm-up-3", null).groups());
                            all.addAll(fetch(e, "", topic, 0).groups());
                            e.send(new OffsetFetchRequestData().setGroups(all));
                        })
                        .since(8),
                Scenario.of(OFFSET_FETCH, "member and epoch of a group without members", e -> {
                            var request = fetch(e, e.name("g"), committed(e), 0);
                            request.groups().getFirst().setMemberId("nobody").setMemberEpoch(3);
                            e.send(request);
                        })
                        .since(9));
    }

    /** A topic with offset 5 committed for partition 0 of two. */
    private static String committed(Exchange e) throws IOException {
        var topic = e.topic("t", 2, Map.of());
        var request = new OffsetCommitRequestData()
                .setGroupId(e.name("g"))
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setTopicId(e.id(topic))
                        .setPartitions(List.of(at(0, 5, "five")))));
        e.ask(OFFSET_COMMIT, request);
        return topic;
    }

    private static List<Scenario> deletions() {
        return List.of(
                Scenario.of(OFFSET_DELETE, "committed, not committed, not there", e -> {
                    var topic = committed(e);
                    e.send(deletion(e.name("g"), topic, 0, 1, 9));
                    show(e, topic);
                    e.send(deletion(e.name("g"), e.name("none"), 0));
                }),
                Scenario.of(OFFSET_DELETE, "group that is not there", e -> {
                    e.send(deletion(e.name("none"), committed(e), 0));
                    e.send(deletion("", committed(e), 0));
                }),
                Scenario.of(OFFSET_DELETE, "nothing", e -> {
                    committed(e);
                    e.send(new OffsetDeleteRequestData().setGroupId(e.name("g")));
                }),
                Scenario.of(OFFSET_DELETE, "group with members", e -> {
                    var topic = committed(e);
                    Membership.stable(e, e.name("g"));
                    e.send(deletion(e.name("g"), topic, 0));
                }));
    }

    private static OffsetCommitRequestPartition at(int partition, long offset, @Nullable String metadata) {
        return new OffsetCommitRequestPartition()
                .setPartitionIndex(partition)
                .setCommittedOffset(offset)
                .setCommittedMetadata(metadata);
    }

    private static OffsetCommitRequestData commit(
            Exchange e, String group, String topic, OffsetCommitRequestPartition... partitions) {
        var data = new OffsetCommitRequestTopic().setPartitions(List.of(partitions));
        if (e.atLeast(10)) {
            data.setTopicId(e.knows(topic) ? e.id(topic) : new Uuid(7, 7));
        } else {
            data.setName(topic);
        }
        return new OffsetCommitRequestData().setGroupId(group).setTopics(List.of(data));
    }

    private static OffsetFetchRequestData fetch(
            Exchange e, String group, @Nullable String topic, Integer... partitions) {
        if (!e.atLeast(8)) {
            var asked = new OffsetFetchRequestTopic().setName(topic).setPartitionIndexes(List.of(partitions));
            return new OffsetFetchRequestData().setGroupId(group).setTopics(topic == null ? null : List.of(asked));
        }
        var data = new OffsetFetchRequestGroup().setGroupId(group).setTopics(null);
        if (topic != null) {
            var asked = new OffsetFetchRequestTopics().setPartitionIndexes(List.of(partitions));
            if (e.atLeast(10)) {
                asked.setTopicId(e.knows(topic) ? e.id(topic) : new Uuid(7, 7));
            } else {
                asked.setName(topic);
            }
            data.setTopics(List.of(asked));
        }
        return new OffsetFetchRequestData().setGroups(new ArrayList<>(List.of(data)));
    }

    private static OffsetDeleteRequestData deletion(String group, String topic, int... partitions) {
        var data = new OffsetDeleteRequestTopic().setName(topic);
        for (int partition : partitions) {
            data.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(partition));
        }
        var request = new OffsetDeleteRequestData().setGroupId(group);
        request.topics().add(data);
        return request;
    }
}
