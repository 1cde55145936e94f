"""Compares the runs of two stores, such as those of an old and a new version of sweep:

    python tests/compare/stores.py old/sweep.db new/sweep.db

Every run of the old store must be in the new one under the same ID, with the same numbers wherever both versions record
them. Prints what differs, and exits with 1 if anything does. Needs Python only.
"""

import json
import sqlite3
import sys
import zlib


def traces(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as store:
        rows = store.execute("SELECT id, trace FROM runs")
        return {run.hex(): json.loads(zlib.decompress(trace)) for run, trace in rows}


def differences(old, new, at=""):
    """Yields the places at which both have a value, and not the same one."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() & new.keys():
            yield from differences(old[key], new[key], f"{at}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new)):
            yield from differences(one, other, f"{at}[{place}]")
    elif old != new:
        yield f"{at}: {str(old)[:40]} -> {str(new)[:40]}"


def main():
    old, new = map(traces, sys.argv[1:])
    missing = sorted(old.keys() - new.keys())
    wrong = {run: list(differences(old[run], new[run])) for run in old.keys() & new.keys()}
    wrong = {run: places for run, places in wrong.items() if places}
    for run in missing:
        print(f"{run}: not in the new store")
    for run, places in sorted(wrong.items()):
        print(f"{run}: {len(places)} differences, first {places[0]}")
    same = len(old) - len(missing) - len(wrong)
    print(f"{len(old)} runs: {same} equal, {len(wrong)} different, {len(missing)} missing; {len(new) - len(old) + len(missing)} new ones")
    sys.exit(bool(missing or wrong))


main()
