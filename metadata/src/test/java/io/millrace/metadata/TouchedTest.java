package io.millrace.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.MetadataLog.Applied;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class TouchedTest {
    @Test
    void whateverACommandChangesIsTouched() {
        long seed = ThreadLocalRandom.current().nextLong();
        RandomCommands commands = new RandomCommands(seed);
        ClusterImage image = ClusterImage.EMPTY;
        for (MetadataCommand command : RandomCommands.foundation()) {
            image = Commands.apply(image, command).image();
        }
        for (int i = 0; i < 1_000; i++) {
            MetadataCommand command = commands.next(image);
            Applied applied = Commands.apply(image, command);
            Touched differing = Touched.between(image, applied.image());
            assertThat(applied.touched().topics())
                    .as("seed %s, command %s: %s", seed, i, command)
                    .containsAll(differing.topics());
            assertThat(applied.touched().configs())
                    .as("seed %s, command %s: %s", seed, i, command)
                    .containsAll(differing.configs());
            image = applied.image();
        }
    }

    @Test
    void aNewTopicTouchesNoOther() {
        ClusterImage image = ClusterImage.EMPTY;
        RandomCommands commands = new RandomCommands(1);
        for (MetadataCommand command : RandomCommands.foundation()) {
            image = Commands.apply(image, command).image();
        }
        while (image.topics().size() < 5) {
            ClusterImage before = image;
            Applied applied = Commands.apply(image, commands.next(image));
            image = applied.image();
            if (image.topics().size() > before.topics().size()) {
                assertThat(applied.touched().topics()).hasSize(1);
            }
        }
    }
}
