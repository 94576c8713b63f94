package io.millrace.cli;

import io.millrace.cli.logging.ConsoleLogging;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code millrace start} was told. Parsed by hand: picocli's classes are too old for the AOT cache and would cost a
 * third of the broker's start.
 *
 * @param config a properties file; empty: none
 * @param settings {@code --set} and the options that are short for a key, the last one of a key wins
 * @param logLevel of Millrace's own loggers
 */
record StartOptions(Optional<Path> config, Map<String, String> settings, String logLevel, boolean help) {
    static final String HELP = """
            Run a broker until SIGTERM or Ctrl-C.

            Usage: millrace start [OPTIONS]

              --data DIR             Where everything is kept. Default: ./data, made if it is missing.
              --listen HOST:PORT     Where clients connect, port 0 for any free one. Default: 127.0.0.1:9092.
              --config FILE          Settings, one KEY=VALUE a line.
              --set KEY=VALUE        One setting; may be repeated. Kafka's names where the thing exists.
              --insecure             Allow addresses other than loopback without TLS and authentication.
              --log-level LEVEL      error, warn, info, debug or trace, to stderr. Default: info.
              -h, --help             Show this help.

            Options win over the environment, the environment over the file. In the environment a key is written in
            capitals with underscores, behind MILLRACE_: MILLRACE_NUM_PARTITIONS=6.

            Prints one line to stdout when it is ready to serve.

            Examples:
              millrace start
              millrace start --data /srv/millrace --listen 127.0.0.1:19092
              millrace start --set num.partitions=6 --set log.retention.hours=24

            Exit codes: 0 stopped, 1 could not start or failed, 2 wrong option or setting.
            """;

    StartOptions {
        settings = Map.copyOf(settings);
    }

    /** @throws CliException naming what is wrong */
    static StartOptions parse(List<String> args) {
        Optional<Path> config = Optional.empty();
        Map<String, String> settings = new LinkedHashMap<>();
        String logLevel = "INFO";
        boolean help = false;
        ListIterator<String> rest = args.listIterator();
        while (rest.hasNext()) {
            String word = rest.next();
            String option = optionOf(word, rest);
            switch (option) {
                case "--data" -> settings.put("data.dir", value(option, rest));
                case "--listen" -> settings.put("listen", value(option, rest));
                case "--config" -> config = Optional.of(Path.of(value(option, rest)));
                case "--set" -> set(value(option, rest), settings);
                case "--insecure" -> settings.put("insecure", "true");
                case "--log-level" -> logLevel = level(value(option, rest));
                case "-h", "--help" -> help = true;
                default -> throw wrong("'" + word + "' is not an option of 'millrace start'");
            }
        }
        return new StartOptions(config, settings, logLevel, help);
    }

    /** The option's name; what stands behind its '=', if anything does, comes next in {@code rest}. */
    private static String optionOf(String word, ListIterator<String> rest) {
        int at = word.startsWith("--") ? word.indexOf('=') : -1;
        if (at < 0) {
            return word;
        }
        rest.remove();
        rest.add(word.substring(at + 1));
        rest.previous();
        return word.substring(0, at);
    }

    private static String value(String option, ListIterator<String> rest) {
        if (!rest.hasNext()) {
            throw wrong(option + " wants a value");
        }
        return rest.next();
    }

    private static void set(String setting, Map<String, String> settings) {
        int at = setting.indexOf('=');
        if (at < 1) {
            throw wrong("--set is KEY=VALUE, not '" + setting + "'");
        }
        settings.put(setting.substring(0, at).strip(), setting.substring(at + 1).strip());
    }

    private static String level(String name) {
        return ConsoleLogging.level(name)
                .orElseThrow(() -> wrong("--log-level is error, warn, info, debug or trace, not '" + name + "'"));
    }

    private static CliException wrong(String what) {
        return new CliException(ExitCode.USAGE, what + ". See 'millrace start --help'.");
    }
}
