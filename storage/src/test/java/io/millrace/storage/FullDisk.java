package io.millrace.storage;

import io.millrace.storage.sim.SimDisk;

/** The volumes have no space left, after some bytes more; or have as much as anybody wants again. */
final class FullDisk implements ModelAction {
    @Override
    public void on(ModelRun run) {
        SimDisk disk = run.disk();
        for (String volume : new String[] {"a", "b"}) {
            boolean full = run.random.nextInt(3) > 0;
            disk.capacity(volume, full ? disk.usedBytes(volume) + run.random.nextInt(3_000) : Long.MAX_VALUE);
        }
        run.store().tick();
    }
}
