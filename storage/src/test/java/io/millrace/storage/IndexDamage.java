package io.millrace.storage;

import io.millrace.storage.sim.SimDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** An index is lost, cut, or has a bit turned. Nobody is to notice. */
final class IndexDamage implements ModelAction {
    @Override
    public void on(ModelRun run) {
        run.drain();
        run.someModel(model -> {
            try {
                damageOne(run, ((SegmentedLog) run.log(model)).state().path());
            } catch (IOException e) {
                run.note("not really: " + e.getMessage());
            }
        });
    }

    private static void damageOne(ModelRun run, Path directory) throws IOException {
        SimDisk disk = run.disk();
        List<String> indexes = disk.exists(directory)
                ? disk.list(directory).stream()
                        .filter(name -> name.endsWith("index"))
                        .toList()
                : List.of();
        if (!indexes.isEmpty()) {
            damage(disk, directory.resolve(indexes.get(run.random.nextInt(indexes.size()))), run.random);
        }
    }

    private static void damage(SimDisk disk, Path file, Random random) throws IOException {
        int size = (int) disk.size(file);
        switch (size == 0 ? 0 : random.nextInt(3)) {
            case 0 -> disk.delete(file);
            case 1 -> {
                try (FileChannel channel = disk.openToWrite(file)) {
                    channel.truncate(size - 1 - random.nextInt(Math.min(size, 7)));
                }
            }
            default -> disk.flipBit(file, random.nextInt(size), random.nextInt(8));
        }
    }
}
