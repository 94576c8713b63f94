package io.millrace.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

public final class Training {
    private Training() {}

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var b = "127.0.0.1:29592";
        Main.run(new String[] {"topic", "create", "training", "--if-not-exists", "-b", b}, out, out);
        Main.run(new String[] {"produce", "training", "-b", b}, out, out);
        Main.run(new String[] {"consume", "training", "--group", "training", "--until-end", "-b", b}, out, out);
        Main.run(new String[] {"consume", "training", "--json", "--until-end", "-b", b}, out, out);
        Main.run(new String[] {"topic", "list", "-b", b}, out, out);
        Main.run(new String[] {"topic", "describe", "training", "-b", b}, out, out);
        Main.run(new String[] {"group", "list", "-b", b}, out, out);
        Main.run(new String[] {"group", "describe", "training", "-b", b}, out, out);
    }
}
