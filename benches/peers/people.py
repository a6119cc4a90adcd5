"""The people of the bench, what is to be found of them, and how it is measured."""

import json
import os
import time

import numpy as np

INTEGERS = ["age", "experience", "months", "level", "bonus"]
CODES = ["education", "skill", "region", "post", "university"]
FLAGS = ["former_national", "taught", "healthy", "no_record", "offer", "standing", "need", "approved", "extension"]
TEXTS = {
    "education": ["none", "college", "bachelor", "master", "doctorate"],
    "skill": ["none", "senior_worker", "technician", "senior_technician"],
    "region": ["elsewhere", "west", "north_east", "county", "county_central", "border", "island"],
    "post": ["manager", "technical", "teacher", "culture", "sport", "other"],
    "university": ["none", "other", "chinese", "high_level", "top_100"],
}
CATEGORY = ["none", "A", "B", "C"]


def load(folder):
    names = INTEGERS + ["salary"] + CODES + FLAGS + ["expected_total", "expected_category"]
    return {name: np.load(os.path.join(folder, name + ".npy")) for name in names}


def check(people, total_in_tenths, category):
    """Stops unless the results are those expected."""
    assert np.array_equal(np.asarray(total_in_tenths, dtype=np.int64), people["expected_total"])
    assert np.array_equal(np.asarray(category, dtype=np.uint16), people["expected_category"])


def least(runs, run):
    """The least processor time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def report(file, engine, count, seconds):
    nanoseconds = seconds * 1e9 / count
    print(f"{engine:<50} {nanoseconds:>14.1f} ns")
    with open(file, "a", encoding="utf-8") as lines:
        lines.write(json.dumps({"part": "points", "engine": engine, "count": count, "ns": nanoseconds}) + "\n")
