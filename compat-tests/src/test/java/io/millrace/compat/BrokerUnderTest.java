package io.millrace.compat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One started broker for a test class: {@code @RegisterExtension static final BrokerUnderTest BROKER = ...}. */
public final class BrokerUnderTest implements BeforeAllCallback, AfterAllCallback {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Map<String, String> settings;
    private @Nullable StartedBroker broker;

    private BrokerUnderTest(Map<String, String> settings) {
        this.settings = settings;
    }

    /**
     * A broker on its defaults, but that a group's first rebalance does not wait for further members, and that records
     * stay for good, as tests like to give them times near the epoch.
     */
    public static BrokerUnderTest withDefaults() {
        return with(Map.of());
    }

    public static BrokerUnderTest with(Map<String, String> settings) {
        var all = new LinkedHashMap<String, String>();
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("log.retention.ms", "-1");
        all.putAll(settings);
        return new BrokerUnderTest(all);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        broker = StartedBroker.start(context.getRequiredTestClass().getSimpleName(), settings);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        broker().close();
    }

    public StartedBroker broker() {
        return Objects.requireNonNull(broker, "before the class");
    }

    public String bootstrap() {
        return broker().bootstrap();
    }

    /** Whether the suites run against the oracle instead of Millrace. */
    public static boolean isApacheKafka() {
        return BrokerProgram.targetIsKafka();
    }

    /** A name for a topic or group that no other test uses. */
    public static String unique(String stem) {
        return stem + "-" + NAMES.incrementAndGet();
    }
}
