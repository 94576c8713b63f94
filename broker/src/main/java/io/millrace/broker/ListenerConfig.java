package io.millrace.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/**
 * An address to listen on, or to tell clients: {@code NAME://HOST:PORT}, an IPv6 address in brackets.
 *
 * @param host empty: every address of the machine
 * @param port 0: any free one
 */
record ListenerConfig(String name, String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_.-]+)://(?:\\[([^\\]]*)\\]|([^:\\[\\]/]*)):(\\d{1,5})");
    private static final int MAX_PORT = 65_535;

    /** @throws InvalidConfigurationException naming key and value */
    static ListenerConfig parse(String key, String text) {
        Matcher form = FORM.matcher(text.trim());
        if (!form.matches() || Integer.parseInt(form.group(4)) > MAX_PORT) {
            throw new InvalidConfigurationException("Invalid value " + text + " for configuration " + key
                    + ": must be NAME://HOST:PORT with a port of 0 to " + MAX_PORT);
        }
        String host = form.group(2) == null ? form.group(3) : form.group(2);
        return new ListenerConfig(form.group(1), host, Integer.parseInt(form.group(4)));
    }

    boolean isWildcard() {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    }

    /** Nobody on another machine can reach it. */
    boolean isLoopback() throws UnknownHostException {
        return !isWildcard() && InetAddress.getByName(host).isLoopbackAddress();
    }

    InetSocketAddress address() throws UnknownHostException {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(host), port);
    }

    @Override
    public String toString() {
        return name + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
