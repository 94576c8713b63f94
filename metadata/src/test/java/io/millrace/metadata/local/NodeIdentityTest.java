package io.millrace.metadata.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("identity");
    }

    @Test
    void theFirstBrokerIsNumber0() throws Exception {
        NodeIdentity identity = NodeIdentity.readOrCreate(directory, OptionalInt.empty());
        assertThat(identity.brokerId()).isZero();
        assertThat(identity.clusterId()).isNotEqualTo(identity.directoryId()).isNotEqualTo(Uuid.ZERO_UUID);
    }

    @Test
    void anIdentityStays() throws Exception {
        NodeIdentity first = NodeIdentity.readOrCreate(directory, OptionalInt.of(5));
        assertThat(NodeIdentity.readOrCreate(directory, OptionalInt.empty())).isEqualTo(first);
        assertThat(NodeIdentity.readOrCreate(directory, OptionalInt.of(5))).isEqualTo(first);
    }

    @Test
    void anotherBrokersDirectoryIsRefused() throws Exception {
        NodeIdentity.readOrCreate(directory, OptionalInt.of(5));
        assertThatThrownBy(() -> NodeIdentity.readOrCreate(directory, OptionalInt.of(6)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broker 6")
                .hasMessageContaining("broker 5");
    }

    @Test
    void aDamagedIdentityIsRefused() throws Exception {
        NodeIdentity.readOrCreate(directory, OptionalInt.empty());
        byte[] good = Files.readAllBytes(file());
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= 0x02;
            Files.write(file(), damaged);
            assertThatThrownBy(() -> NodeIdentity.readOrCreate(directory, OptionalInt.empty()))
                    .as("bit flipped at %d", at)
                    .isInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining(file().toString());
        }
    }

    @Test
    void aLostIdentityBesideMetadataIsRefused() throws Exception {
        LocalMetadataLog.open(directory).close();
        assertThatThrownBy(() -> NodeIdentity.readOrCreate(directory, OptionalInt.empty()))
                .isInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void metadataOfAnotherClusterIsRefused() throws Exception {
        NodeIdentity identity = NodeIdentity.readOrCreate(directory, OptionalInt.empty());
        ClusterImage own = Commands.apply(ClusterImage.EMPTY, new FoundCluster(identity.clusterId(), 1))
                .image();
        ClusterImage other = Commands.apply(ClusterImage.EMPTY, new FoundCluster(new Uuid(1, 1), 1))
                .image();
        assertThatCode(() -> identity.requireCluster(own)).doesNotThrowAnyException();
        assertThatCode(() -> identity.requireCluster(ClusterImage.EMPTY)).doesNotThrowAnyException();
        assertThatThrownBy(() -> identity.requireCluster(other)).isInstanceOf(IOException.class);
    }

    @Test
    void theFileHasTheBytesOfFormat1() throws Exception {
        String header = "4d524d4554414944" + "00000001" + "0000000000000000" + "f6cb35b1";
        String body = "00000007" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "0000000000000004";
        Files.write(file(), HexFormat.of().parseHex(header + body + "36ad69fb"));
        assertThat(NodeIdentity.readOrCreate(directory, OptionalInt.empty()))
                .isEqualTo(new NodeIdentity(7, new Uuid(1, 2), new Uuid(3, 4)));
    }
}
