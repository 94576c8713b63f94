package io.millrace.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.junit.jupiter.api.Test;

class GroupConfigTest {
    @Test
    void defaultsAreKafkas() {
        GroupCoordinatorConfig kafkas =
                new GroupCoordinatorConfig(new AbstractConfig(GroupCoordinatorConfig.CONFIG_DEF, java.util.Map.of()));
        GroupConfig ours = GroupConfig.DEFAULTS;

        assertThat(ours.offsetsTopicPartitions()).isEqualTo(kafkas.offsetsTopicPartitions());
        assertThat(ours.minSessionTimeoutMs()).isEqualTo(kafkas.classicGroupMinSessionTimeoutMs());
        assertThat(ours.maxSessionTimeoutMs()).isEqualTo(kafkas.classicGroupMaxSessionTimeoutMs());
        assertThat(ours.initialRebalanceDelayMs()).isEqualTo(kafkas.classicGroupInitialRebalanceDelayMs());
        assertThat(ours.maxSize()).isEqualTo(kafkas.classicGroupMaxSize());
        assertThat(ours.offsetMetadataMaxBytes()).isEqualTo(kafkas.offsetMetadataMaxSize());
        assertThat(ours.offsetsRetentionMs()).isEqualTo(kafkas.offsetsRetentionMs());
        assertThat(ours.retentionCheckIntervalMs()).isEqualTo(kafkas.offsetsRetentionCheckIntervalMs());
    }

    @Test
    void whatIsOutOfItsRangeIsNamed() {
        assertThatThrownBy(() -> new GroupConfig(50, 6_000, 5_999, 3_000, 10, 10, 1, 1, 2_000, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("group.max.session.timeout.ms is 5999, must be at least 6000");
        assertThatThrownBy(() -> new GroupConfig(50, 6_000, 6_000, 3_000, 0, 10, 1, 1, 2_000, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("group.max.size is 0, must be at least 1");
    }
}
