"""Accounts for every record of the data set; the exit code is 0 only if nothing is missing, doubled, changed or out of order.

    account.py DATASET ACKNOWLEDGED ACKNOWLEDGED_AT_THE_KILL RECEIVED...
"""
import collections
import hashlib
import json
import sys

failed = []


def check(what, holds, detail=""):
    print(f"  {'ok    ' if holds else 'FAILED'}  {what}{' ' + str(detail) if detail != '' else ''}", flush=True)
    if not holds:
        failed.append(what)


def digest(records):
    return hashlib.sha256("\n".join(json.dumps(r, sort_keys=True) for r in records).encode()).hexdigest()


def ledger(name):
    """Where each line of the data set was stored, by what the producer was told."""
    with open(name, encoding="utf-8") as lines:
        return {int(line): (int(partition), int(offset)) for line, partition, offset in map(str.split, lines)}


def log_of(members):
    """What the group read, by where it was stored; and how much it read more than once."""
    log, again, changed = {}, 0, 0
    for name in members:
        with open(name, encoding="utf-8") as lines:
            for partition, offset, key, line, value in map(json.loads, lines):
                entry = (key, line, json.loads(value))
                before = log.setdefault((partition, offset), entry)
                again += before is not entry
                changed += before != entry
    return log, again, changed


def in_order(log):
    """Whether each key's records lie in one partition, in the order of the data set."""
    places = collections.defaultdict(list)
    for (partition, offset), (key, line, _) in sorted(log.items()):
        places[key].append((partition, line))
    return all(len({p for p, _ in at}) == 1 and at == sorted(at) for at in places.values()), len(places)


def main():
    dataset, acknowledged, at_the_kill, *members = sys.argv[1:]
    with open(dataset, encoding="utf-8") as file:
        source = json.load(file)
    acked, before = ledger(acknowledged), ledger(at_the_kill)
    log, again, changed = log_of(members)
    stored = {place: line for place, (_, line, _) in log.items()}
    by_line = {line: value for _, line, value in log.values()}
    ends = collections.Counter(partition for partition, _ in log)

    check("records in the data set", len(source) > 0, len(source))
    check("acknowledged before the kill", 0 < len(before) < len(source), len(before))
    check(
        "of these, stored as acknowledged and read",
        all(stored.get(place) == line for line, place in before.items()),
        sum(stored.get(place) == line for line, place in before.items()),
    )
    check("acknowledged in all", len(acked) == len(source), len(acked))
    check(
        "of these, stored as acknowledged and read",
        all(stored.get(place) == line for line, place in acked.items()),
        sum(stored.get(place) == line for line, place in acked.items()),
    )
    check("stored once each", len(log) == len(by_line) == len(source), len(log))
    check(
        "no gap in any partition's offsets",
        all((partition, offset) in log for partition, end in ends.items() for offset in range(end)),
        f"({len(ends)} partitions)",
    )
    ordered, keys = in_order(log)
    check("each key in one partition, in order", ordered, f"({keys} keys)")
    check("read again after a rebalance or the kill, unchanged", changed == 0, again)
    counts = [sum(1 for _ in open(name, encoding="utf-8")) for name in members]
    check("every member of the group read some", all(counts), counts)
    sent, got = digest(source), digest([by_line[line] for line in sorted(by_line)])
    check("content, SHA-256 of what was sent", len(sent) == 64, sent)
    check("content, SHA-256 of what was read", got == sent, got)
    return 1 if failed else 0


sys.exit(main())
