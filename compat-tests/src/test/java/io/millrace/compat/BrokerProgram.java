package io.millrace.compat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A broker program that the suites can start: Millrace as a user starts it, or Apache Kafka as the oracle. */
interface BrokerProgram {
    /** Everything that has to be on disk before the first start with this data directory. */
    void prepare(Path home, int port, Map<String, String> settings) throws IOException;

    /** The command whose process is the broker's. */
    List<String> command(Path home, int port, Map<String, String> settings);

    /** What the program prints once it serves. */
    Pattern readyLine(int port);

    /** What in this program's log means a failure that no client's input should be able to cause. */
    List<Pattern> forbiddenLines();

    /** The program named by the system property {@code compat.target}. */
    static BrokerProgram underTest() {
        return targetIsKafka() ? new ApacheKafkaProgram() : new MillraceProgram();
    }

    static boolean targetIsKafka() {
        return System.getProperty("compat.target", "millrace").equals("kafka");
    }
}
