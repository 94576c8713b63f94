package io.millrace.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds its way into logback through its service loader, when the first logger is made: one appender, to stderr.
 * A {@code -Dlogback.configurationFile} takes precedence.
 */
public final class ConsoleLogging extends ContextAwareBase implements Configurator {
    /** Level of Millrace's own loggers; others (Netty, kafka-clients) are shown from WARN on, or not at all if this is OFF. */
    public static final String LEVEL_PROPERTY = "millrace.log.level";

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %msg%n";

    /** The level by its name, in any case; empty if there is none of that name. */
    public static Optional<String> level(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Level.toLevel(upper, null) == null ? Optional.empty() : Optional.of(upper);
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Level own = Level.toLevel(System.getProperty(LEVEL_PROPERTY), Level.INFO);
        context.getLogger("io.millrace").setLevel(own);
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(own == Level.TRACE ? Level.DEBUG : own.isGreaterOrEqual(Level.WARN) ? own : Level.WARN);
        root.addAppender(stderr(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> stderr(LoggerContext context) {
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(PATTERN);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
