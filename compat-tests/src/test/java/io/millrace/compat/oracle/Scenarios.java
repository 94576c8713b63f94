package io.millrace.compat.oracle;

import java.util.ArrayList;
import java.util.List;

/** All scenarios, family by family. */
final class Scenarios {
    private Scenarios() {}

    static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        all.addAll(MetadataScenarios.all());
        all.addAll(ProduceScenarios.all());
        all.addAll(FetchScenarios.all());
        all.addAll(OffsetScenarios.all());
        all.addAll(TopicScenarios.all());
        all.addAll(ConfigScenarios.all());
        all.addAll(GroupScenarios.all());
        all.addAll(CommitScenarios.all());
        return all;
    }
}
