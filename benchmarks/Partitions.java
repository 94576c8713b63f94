import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.*;
import org.apache.kafka.common.protocol.*;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Times what a broker does with thousands of partitions. A single-file program; see the script beside it. */
public class Partitions {
    static final String USAGE = """
        usage: java -cp 'LIBS/*' Partitions.java MODE --bootstrap HOST:PORT [options] [-- COMMAND...]
          create   topics: until CreateTopics is answered, until Metadata names all leaders, until ListOffsets answers for all
          write    one record to each partition, acks=all; all at once
          fill     --gb N over all partitions in records of --record-bytes
          delete   the topics: until DeleteTopics is answered
          idle     an assigned consumer over all partitions: the broker's CPU during --seconds
          start    runs COMMAND (which execs): until Metadata and ListOffsets of all are answered; leaves it running
          usage    what --pid uses: memory, descriptors, threads; its CPU over --seconds
        options: --topics 1 --partitions 5000 (of each) --name p --per-request 5000 (topics) --config k=v,k=v --pid PID
                 --probe (a stream of 1,000 records/s to another topic meanwhile: its latency)
        """;
    static final Map<String, String> opt = new HashMap<>();

    static String s(String k, String d) { return opt.getOrDefault(k, d); }
    static int n(String k, int d) { return Integer.parseInt(s(k, Integer.toString(d))); }
    static double ms(long from) { return (System.nanoTime() - from) / 1e6; }

    public static void main(String[] a) throws Exception {
        if (a.length == 0) { System.err.print(USAGE); System.exit(2); }
        List<String> command = List.of();
        for (int i = 1; i < a.length; i++) {
            if (a[i].equals("--")) { command = List.of(a).subList(i + 1, a.length); break; }
            boolean value = i + 1 < a.length && !a[i + 1].startsWith("--");
            opt.put(a[i].substring(2), value ? a[++i] : "");
        }
        switch (a[0]) {
            case "create" -> probed("create", Partitions::create);
            case "write" -> probed("write", Partitions::write);
            case "fill" -> fill();
            case "delete" -> probed("delete", Partitions::delete);
            case "idle" -> idle();
            case "start" -> start(command);
            case "usage" -> usage(new Out("usage"), n("pid", 0), n("seconds", 0)).print();
            default -> { System.err.print(USAGE); System.exit(2); }
        }
        System.exit(0);
    }

    // ------------------------------------------------------------------------------------------------ the modes

    interface Mode { void run(Out out) throws Exception; }

    static void probed(String name, Mode mode) throws Exception {
        Out out = new Out(name);
        if (!opt.containsKey("probe")) { mode.run(out); out.print(); return; }
        try (Probe probe = new Probe()) {
            Thread.sleep(3000);
            probe.clear();
            mode.run(out);
            Thread.sleep(1000);
            probe.report(out);
        }
        out.print();
    }

    static void create(Out out) throws Exception {
        try (Conn c = new Conn()) {
            double cpu = cpu();
            long t0 = System.nanoTime();
            List<String> names = names();
            int per = n("per-request", 5000);
            for (int i = 0; i < names.size(); i += per) {
                var topics = new CreateTopicsRequestData.CreatableTopicCollection();
                for (String name : names.subList(i, Math.min(names.size(), i + per))) {
                    var t = new CreateTopicsRequestData.CreatableTopic().setName(name).setNumPartitions(n("partitions", 5000)).setReplicationFactor((short) 1);
                    for (String kv : s("config", "").isEmpty() ? new String[0] : s("config", "").split(",")) {
                        t.configs().add(new CreateTopicsRequestData.CreatableTopicConfig().setName(kv.split("=")[0]).setValue(kv.split("=")[1]));
                    }
                    topics.add(t);
                }
                var r = (CreateTopicsResponseData) c.call(ApiKeys.CREATE_TOPICS, new CreateTopicsRequestData().setTopics(topics).setTimeoutMs(120_000), (short) 7);
                for (var t : r.topics()) if (t.errorCode() != 0) throw new IOException(t.name() + ": " + Errors.forCode(t.errorCode()) + " " + t.errorMessage());
            }
            out.put("create_ms", ms(t0));
            until(() -> led(c));
            out.put("leaders_ms", ms(t0));
            until(() -> offsets(c, -1) >= 0);
            out.put("usable_ms", ms(t0)).put("broker_cpu_s", cpu() - cpu);
        }
    }

    static void write(Out out) throws Exception {
        double cpu = cpu();
        try (Conn c = new Conn(); var p = producer(Map.of())) {
            p.partitionsFor(names().getFirst());
            long t0 = System.nanoTime();
            AtomicInteger failed = new AtomicInteger();
            for (String name : names()) for (int i = 0; i < n("partitions", 5000); i++) {
                p.send(new ProducerRecord<>(name, i, null, new byte[100]), (m, e) -> { if (e != null) failed.incrementAndGet(); });
            }
            p.flush();
            out.put("write_ms", ms(t0)).put("failed", failed.get()).put("broker_cpu_s", cpu() - cpu);
        }
    }

    static void fill() throws Exception {
        int size = n("record-bytes", 262_144), parts = n("partitions", 5000);
        long total = (long) (Double.parseDouble(s("gb", "1")) * 1e9);
        byte[] value = new byte[size];
        new java.util.Random(1).nextBytes(value);
        List<String> names = names();
        AtomicInteger failed = new AtomicInteger();
        long t0 = System.nanoTime();
        try (var p = producer(Map.of("max.request.size", "8000000", "batch.size", "1000000", "buffer.memory", "128000000", "delivery.timeout.ms", "600000"))) {
            for (long sent = 0, i = 0; sent < total; sent += size, i++) {
                p.send(new ProducerRecord<>(names.get((int) (i / parts % names.size())), (int) (i % parts), null, value), (m, e) -> { if (e != null) failed.incrementAndGet(); });
            }
        }
        new Out("fill").put("fill_ms", ms(t0)).put("failed", failed.get()).print();
    }

    static void delete(Out out) throws Exception {
        try (Conn c = new Conn()) {
            double cpu = cpu();
            long t0 = System.nanoTime();
            var topics = new ArrayList<DeleteTopicsRequestData.DeleteTopicState>();
            for (String name : names()) topics.add(new DeleteTopicsRequestData.DeleteTopicState().setName(name));
            var r = (DeleteTopicsResponseData) c.call(ApiKeys.DELETE_TOPICS, new DeleteTopicsRequestData().setTopics(topics).setTimeoutMs(120_000), (short) 6);
            for (var t : r.responses()) if (t.errorCode() != 0) throw new IOException(t.name() + ": " + Errors.forCode(t.errorCode()));
            out.put("delete_ms", ms(t0)).put("broker_cpu_s", cpu() - cpu);
        }
    }

    static void idle() throws Exception {
        var config = properties(Map.of("max.partition.fetch.bytes", "65536", "auto.offset.reset", "earliest"));
        config.put("key.deserializer", ByteArrayDeserializer.class);
        config.put("value.deserializer", ByteArrayDeserializer.class);
        Out out = new Out("idle consumer");
        try (var c = new KafkaConsumer<byte[], byte[]>(config)) {
            List<TopicPartition> all = new ArrayList<>();
            for (String name : names()) for (int i = 0; i < n("partitions", 5000); i++) all.add(new TopicPartition(name, i));
            double before = cpu();
            long t0 = System.nanoTime();
            c.assign(all);
            long records = 0;
            for (int quiet = 0; quiet < 3; ) {
                int got = c.poll(java.time.Duration.ofMillis(500)).count();
                records += got;
                quiet = got == 0 ? quiet + 1 : 0;
            }
            out.put("records", records).put("read_cpu_s", cpu() - before).put("read_ms", ms(t0) - 1500);
            double cpu = cpu();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(n("seconds", 30));
            while (System.nanoTime() < end) c.poll(java.time.Duration.ofMillis(500));
            out.put("idle_cpu_s_per_min", (cpu() - cpu) * 60 / n("seconds", 30));
        }
        out.print();
    }

    static void start(List<String> command) throws Exception {
        new MetadataResponseData(); new ApiVersionsResponseData(); ApiKeys.METADATA.latestVersion();
        Process p = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(new File(s("log", "/dev/null"))).start();
        long t0 = System.nanoTime();
        Out out = new Out("start").put("pid", p.pid());
        Conn c = null;
        while (c == null) {
            try { c = new Conn(); } catch (IOException e) {
                if (!p.isAlive() || ms(t0) > 180_000) throw e;
                Thread.sleep(2);
            }
        }
        Conn open = c;
        until(() -> !((MetadataResponseData) open.call(ApiKeys.METADATA, new MetadataRequestData().setTopics(List.of()), (short) 12)).brokers().isEmpty());
        out.put("first_answer_ms", ms(t0)).put("cpu_s", cpu(p.pid()));
        until(() -> led(open));
        out.put("leaders_ms", ms(t0));
        until(() -> offsets(open, -1) >= 0);
        out.put("all_usable_ms", ms(t0)).put("cpu_s_usable", cpu(p.pid())).put("end_offsets", offsets(open, -1));
        usage(out, p.pid(), n("seconds", 0)).print();
    }

    // ------------------------------------------------------------------------------------------------ asking

    interface Condition { boolean met() throws Exception; }

    static void until(Condition c) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!c.met()) {
            if (System.nanoTime() > end) throw new IOException("not in time");
            Thread.sleep(20);
        }
    }

    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < n("topics", 1); i++) names.add(s("name", "p") + i);
        return names;
    }

    static boolean led(Conn c) throws IOException {
        var topics = names().stream().map(name -> new MetadataRequestData.MetadataRequestTopic().setName(name)).toList();
        var m = (MetadataResponseData) c.call(ApiKeys.METADATA, new MetadataRequestData().setTopics(topics).setAllowAutoTopicCreation(false), (short) 12);
        long led = m.topics().stream().filter(t -> t.errorCode() == 0).flatMap(t -> t.partitions().stream()).filter(x -> x.leaderId() >= 0 && x.errorCode() == 0).count();
        return led == (long) n("partitions", 5000) * n("topics", 1);
    }

    /** The sum of all latest (or earliest) offsets, -1 while a partition has none. */
    static long offsets(Conn c, long timestamp) throws IOException {
        var topics = new ArrayList<ListOffsetsRequestData.ListOffsetsTopic>();
        for (String name : names()) {
            var t = new ListOffsetsRequestData.ListOffsetsTopic().setName(name);
            for (int i = 0; i < n("partitions", 5000); i++) t.partitions().add(new ListOffsetsRequestData.ListOffsetsPartition().setPartitionIndex(i).setTimestamp(timestamp));
            topics.add(t);
        }
        var r = (ListOffsetsResponseData) c.call(ApiKeys.LIST_OFFSETS, new ListOffsetsRequestData().setReplicaId(-1).setTopics(topics), (short) 7);
        long sum = 0;
        for (var t : r.topics()) for (var x : t.partitions()) {
            if (x.errorCode() != 0) return -1;
            sum += x.offset();
        }
        return sum;
    }

    // ------------------------------------------------------------------------------------------------ the stream beside it

    static final class Probe implements AutoCloseable {
        final KafkaProducer<byte[], byte[]> producer = producer(Map.of());
        final List<Double> latencies = new ArrayList<>();
        final AtomicInteger failed = new AtomicInteger();
        volatile boolean ended;
        final Thread thread;

        Probe() throws Exception {
            try (Conn c = new Conn()) {
                var t = new CreateTopicsRequestData.CreatableTopicCollection();
                t.add(new CreateTopicsRequestData.CreatableTopic().setName("probe").setNumPartitions(4).setReplicationFactor((short) 1));
                c.call(ApiKeys.CREATE_TOPICS, new CreateTopicsRequestData().setTopics(t).setTimeoutMs(60_000), (short) 7);
            }
            producer.partitionsFor("probe");
            thread = Thread.ofPlatform().start(this::stream);
        }

        void stream() {
            long begin = System.nanoTime();
            for (long i = 0; !ended; i++) {
                long due = begin + i * 1_000_000;
                while (System.nanoTime() < due) java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
                producer.send(new ProducerRecord<>("probe", (int) (i % 4), null, new byte[100]), (m, e) -> {
                    if (e != null) failed.incrementAndGet();
                    synchronized (latencies) { latencies.add((System.nanoTime() - due) / 1e6); }
                });
            }
        }

        void clear() { synchronized (latencies) { latencies.clear(); } }

        void report(Out out) {
            double[] all;
            synchronized (latencies) { all = latencies.stream().mapToDouble(x -> x).sorted().toArray(); }
            out.put("probe_records", all.length).put("probe_failed", failed.get());
            for (double q : new double[] {0.5, 0.99, 1}) out.put("probe_p" + (int) (q * 100) + "_ms", all[(int) Math.min(all.length - 1, all.length * q)]);
        }

        @Override public void close() throws Exception { ended = true; thread.join(); producer.close(); }
    }

    // ------------------------------------------------------------------------------------------------ the rest

    static Properties properties(Map<String, String> more) {
        Properties p = new Properties();
        p.put("bootstrap.servers", s("bootstrap", ""));
        p.putAll(more);
        return p;
    }

    static KafkaProducer<byte[], byte[]> producer(Map<String, String> more) {
        Properties p = properties(more);
        p.put("acks", "all");
        p.put("key.serializer", ByteArraySerializer.class);
        p.put("value.serializer", ByteArraySerializer.class);
        return new KafkaProducer<>(p);
    }

    static double cpu() throws IOException { return n("pid", 0) == 0 ? 0 : cpu(n("pid", 0)); }

    static double cpu(long pid) throws IOException {
        String st = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] f = st.substring(st.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(f[11]) + Long.parseLong(f[12])) / 100.0;
    }

    static Out usage(Out out, long pid, int seconds) throws Exception {
        double cpu = cpu(pid);
        if (seconds > 0) { Thread.sleep(seconds * 1000L); out.put("idle_cpu_s_per_min", (cpu(pid) - cpu) * 60 / seconds); }
        for (String l : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (l.startsWith("VmRSS:")) out.put("rss_mb", Long.parseLong(l.replaceAll("\\D", "")) / 1024);
            if (l.startsWith("VmHWM:")) out.put("rss_peak_mb", Long.parseLong(l.replaceAll("\\D", "")) / 1024);
            if (l.startsWith("Threads:")) out.put("threads", Long.parseLong(l.replaceAll("\\D", "")));
        }
        String[] fds = new File("/proc/" + pid + "/fd").list();
        return out.put("fds", fds == null ? -1 : fds.length);
    }

    static final class Out {
        final StringBuilder b = new StringBuilder("{");
        Out(String mode) { put("mode", mode); if (opt.containsKey("label")) put("label", s("label", "")); }
        Out put(String k, Object v) {
            if (b.length() > 1) b.append(", ");
            b.append('"').append(k).append("\": ");
            if (v instanceof String t) b.append('"').append(t).append('"');
            else if (v instanceof Double x) b.append(String.format(Locale.ROOT, "%.2f", x));
            else b.append(v);
            return this;
        }
        void print() { System.out.println(b.append('}')); }
    }

    static final class Conn implements AutoCloseable {
        final SocketChannel channel = SocketChannel.open();
        int correlation;

        Conn() throws IOException {
            String to = s("bootstrap", "");
            channel.connect(new InetSocketAddress(to.substring(0, to.lastIndexOf(':')), Integer.parseInt(to.substring(to.lastIndexOf(':') + 1))));
        }

        ApiMessage call(ApiKeys key, ApiMessage message, short version) throws IOException {
            var header = new RequestHeaderData().setRequestApiKey(key.id).setRequestApiVersion(version).setCorrelationId(++correlation).setClientId("partitions");
            short headerVersion = key.requestHeaderVersion(version);
            var cache = new ObjectSerializationCache();
            ByteBuffer out = ByteBuffer.allocate(4 + header.size(cache, headerVersion) + message.size(cache, version));
            out.putInt(out.capacity() - 4);
            header.write(new ByteBufferAccessor(out), cache, headerVersion);
            message.write(new ByteBufferAccessor(out), cache, version);
            out.flip();
            while (out.hasRemaining()) channel.write(out);
            ByteBuffer in = read(read(ByteBuffer.allocate(4)).getInt());
            new ResponseHeaderData(new ByteBufferAccessor(in), key.responseHeaderVersion(version));
            ApiMessage response = key.messageType.newResponse();
            response.read(new ByteBufferAccessor(in), version);
            return response;
        }

        ByteBuffer read(int bytes) throws IOException { return read(ByteBuffer.allocate(bytes)); }

        ByteBuffer read(ByteBuffer into) throws IOException {
            while (into.hasRemaining()) if (channel.read(into) < 0) throw new EOFException("the broker closed the connection");
            return into.flip();
        }

        @Override public void close() throws IOException { channel.close(); }
    }
}
