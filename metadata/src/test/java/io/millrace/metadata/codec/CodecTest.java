package io.millrace.metadata.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataCommand.CreatePartitions;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataCommand.DeleteTopic;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import io.millrace.metadata.MetadataCommand.RegisterBroker;
import io.millrace.metadata.RandomCommands;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    private static final Uuid ID = new Uuid(0x0102030405060708L, 0x1112131415161718L);
    private static final String ID_BYTES = "0102030405060708" + "1112131415161718";

    /** The bytes of format version 1: they may never change. */
    static Stream<Arguments> golden() {
        BrokerRegistration broker = new BrokerRegistration(
                3, ID, 9, List.of(new Endpoint("SSL", "h", 9092, SecurityProtocol.SSL)), "r", true);
        BrokerRegistration bare = new BrokerRegistration(3, ID, 9, List.of(), null, false);
        return Stream.of(
                Arguments.of(new FoundCluster(ID, 1), "0101" + ID_BYTES + "00000001"),
                Arguments.of(
                        new RegisterBroker(broker),
                        "0201" + "00000003" + ID_BYTES + "0000000000000009" + "00000001" + "0000000353534c"
                                + "0000000168" + "00002384" + "01" + "0000000172" + "01"),
                Arguments.of(
                        new RegisterBroker(bare),
                        "0201" + "00000003" + ID_BYTES + "0000000000000009" + "00000000" + "ffffffff" + "00"),
                Arguments.of(
                        new CreateTopic("t", ID, List.of(List.of(1, 2)), Map.of("b", "", "a", "ä")),
                        "0301" + "0000000174" + ID_BYTES + "00000001" + "00000002" + "0000000100000002" + "00000002"
                                + "0000000161" + "00000002c3a4" + "0000000162" + "00000000"),
                Arguments.of(new DeleteTopic(ID), "0401" + ID_BYTES),
                Arguments.of(
                        new CreatePartitions(ID, 4, List.of(List.of(7))),
                        "0501" + ID_BYTES + "00000004" + "00000001" + "00000001" + "00000007"),
                Arguments.of(
                        new ChangeConfigs(List.of(new ConfigChange(
                                new ConfigResource(ConfigResource.Type.TOPIC, "t"), Map.of("a", "b"), List.of("c")))),
                        "0601" + "00000001" + "02" + "0000000174" + "00000001" + "0000000161" + "0000000162"
                                + "00000001" + "0000000163"),
                Arguments.of(new AllocateProducerIds(1, 1000), "0701" + "00000001" + "000003e8"));
    }

    @ParameterizedTest
    @MethodSource("golden")
    void aCommandHasTheBytesOfFormatVersion1(MetadataCommand command, String hex) {
        byte[] encoded = CommandCodec.encode(command);
        assertThat(HexFormat.of().formatHex(encoded)).isEqualTo(hex);
        assertThat(CommandCodec.decode(ByteBuffer.wrap(encoded))).isEqualTo(command);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void aCommandThatIsCutOffOrGoesOnIsDamaged(MetadataCommand command, String hex) {
        byte[] encoded = HexFormat.of().parseHex(hex);
        for (int length = 0; length < encoded.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(encoded, 0, length);
            assertThatThrownBy(() -> CommandCodec.decode(cut)).isInstanceOf(MetadataFormatException.class);
        }
        byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
        assertThatThrownBy(() -> CommandCodec.decode(ByteBuffer.wrap(longer)))
                .as("%s", command)
                .isInstanceOf(MetadataFormatException.class)
                .hasMessageContaining("left over");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0801", "0102", "0001", "7f01", "ff01"})
    void anUnknownTagOrVersionIsFromANewerProgram(String hex) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex + "00".repeat(40)));
        assertThatThrownBy(() -> CommandCodec.decode(bytes))
                .isInstanceOf(MetadataFormatException.class)
                .hasMessageContaining("newer Millrace");
    }

    @Test
    void lyingLengthsTakeNoMemory() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex("0601" + "7fffffff" + "00".repeat(20)));
        assertThatThrownBy(() -> CommandCodec.decode(bytes))
                .isInstanceOf(MetadataFormatException.class)
                .hasMessageContaining("2147483647");
    }

    @Test
    void randomBytesAreACommandOrDamaged() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[2 + random.nextInt(60)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (1 + random.nextInt(7));
            bytes[1] = 1;
            try {
                MetadataCommand command = CommandCodec.decode(ByteBuffer.wrap(bytes));
                assertThat(CommandCodec.decode(ByteBuffer.wrap(CommandCodec.encode(command))))
                        .as("seed %d", seed)
                        .isEqualTo(command);
            } catch (MetadataFormatException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void randomCommandsAndTheirImagesSurviveTheirBytes() {
        long seed = new Random().nextLong();
        RandomCommands commands = new RandomCommands(seed);
        ClusterImage image = ClusterImage.EMPTY;
        for (MetadataCommand command : RandomCommands.foundation()) {
            image = Commands.apply(image, command).image();
        }
        for (int i = 0; i < 500; i++) {
            MetadataCommand command = commands.next(image);
            assertThat(CommandCodec.decode(ByteBuffer.wrap(CommandCodec.encode(command))))
                    .as("seed %d", seed)
                    .isEqualTo(command);
            image = Commands.apply(image, command).image();
            assertThat(ImageCodec.decode(ByteBuffer.wrap(ImageCodec.encode(image))))
                    .as("seed %d", seed)
                    .isEqualTo(image);
        }
        assertThat(image.topics()).as("seed %d", seed).isNotEmpty();
    }

    @Test
    void theEmptyImageHasTheBytesOfFormatVersion1() {
        assertThat(HexFormat.of().formatHex(ImageCodec.encode(ClusterImage.EMPTY)))
                .isEqualTo("01" + "00".repeat(8) + "00".repeat(16) + "00".repeat(4) + "00".repeat(8) + "00".repeat(4)
                        + "00".repeat(4) + "00".repeat(4));
    }

    @Test
    void anImageHasTheBytesOfFormatVersion1() {
        ClusterImage image = ClusterImage.EMPTY;
        for (MetadataCommand command : List.of(
                new FoundCluster(ID, 1),
                new RegisterBroker(new BrokerRegistration(3, ID, 0, List.of(), null, false)),
                new CreateTopic("t", ID, List.of(List.of(3)), Map.of("a", "b")),
                new AllocateProducerIds(3, 5))) {
            image = Commands.apply(image, command).image();
        }
        assertThat(HexFormat.of().formatHex(ImageCodec.encode(image)))
                .isEqualTo("01" + "0000000000000004" + ID_BYTES + "00000001" + "0000000000000005"
                        + "00000001" + "00000003" + ID_BYTES + "0000000000000002" + "00000000" + "ffffffff" + "00"
                        + "00000001" + "0000000174" + ID_BYTES + "00000001"
                        + "0000000100000003" + "0000000100000003" + "00000003" + "00000000" + "00000000"
                        + "00000001" + "02" + "0000000174" + "00000001" + "0000000161" + "0000000162");
    }
}
