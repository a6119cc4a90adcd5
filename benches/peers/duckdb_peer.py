"""The points test in DuckDB, as SQL, on one core, with exact decimals.

`with rule hits` also computes the number of the rule that hits in each table, and keeps all."""

import sys

import duckdb
import numpy as np

from people import CATEGORY, TEXTS, check, least, load, report


def case(rows, otherwise):
    return "CASE " + " ".join(f"WHEN {test} THEN {value}" for test, value in rows) + f" ELSE {otherwise} END"


def bands(name, ends, points):
    """(test, rule, points) for the bands below each end, and the last one."""
    rows = [(f"{name} < {end}", rule, value) for rule, (end, value) in enumerate(zip(ends, points), 1)]
    return rows, (len(points), points[-1])


TABLES = {
    "pay": bands("salary", [50000, 70000, 100000, 150000, 200000, 250000, 300000, 350000, 400000, 450000, "600000.50"],
                 [0, 5, 7, 8, 11, 12, 14, 15, 17, 18, 20, 22]),
    "education_points": (
        [("education = 'doctorate' AND university = 'top_100'", 1, 22),
         ("education = 'doctorate'", 2, 20),
         ("skill = 'senior_technician'", 3, 20),
         ("education = 'master' AND university IN ('top_100', 'high_level')", 4, 17),
         ("education = 'master'", 5, 15),
         ("skill = 'technician'", 6, 15),
         ("education = 'bachelor'", 7, 10),
         ("skill = 'senior_worker'", 8, 10),
         ("education = 'college'", 9, 5)], (10, 0)),
    "experience_points": bands("experience", [2, 3, 5, 7, 10, 14, 17], [0, 5, 6.5, 8.5, 11, 14, 17.5, 20]),
    "time_points": (
        [("months >= 9", 1, 15), ("months >= 7", 2, 11), ("months >= 6", 3, 10), ("months >= 4", 4, 6),
         ("months >= 3", 5, 5)], (6, 0)),
    "language_points": (
        [("former_national AND taught", 1, 6), ("former_national", 2, 5), ("taught AND level >= 6", 3, 6),
         ("taught", 4, 5), ("level >= 6", 5, 5.5)]
        + [(f"level >= {level} AND level < {level + 1}", 11 - level, level) for level in (5, 4, 3, 2, 1)]
        + [("level = 0", 11, 0)], (12, 0)),
    "region_points": (
        [("region = 'west' AND post = 'teacher'", 1, 12), ("region = 'west'", 2, 10),
         ("region = 'north_east'", 3, 10),
         ("region IN ('county', 'county_central') AND post IN ('teacher', 'technical')", 4, 11),
         ("region IN ('county', 'county_central')", 5, 10),
         ("region = 'border' AND post <> 'other'", 6, 9), ("region = 'island'", 7, 4)], (8, 0)),
    "age_points": bands("age", [18, 22, 26, 30, 35, 40, 46, 51, 56, 59, 61],
                        [0, 8, 10, 13, 15, 14.5, 14, 11, 10, 6, 5, 0]),
}
ELIGIBLE = ([(f"NOT {flag}", rule, "false") for rule, flag in
             enumerate(["healthy", "no_record", "offer", "standing", "need", "approved"], 1)]
            + [("age < 18", 7, "false"), ("age > 65 AND NOT extension", 8, "false")], (9, "true"))
CATEGORIES = (
    [("NOT eligible", 1, "'none'"), ("total >= 85", 2, "'A'"), ("salary >= 600000", 3, "'A'"),
     ("total >= 75 AND total < 85 AND education = 'doctorate'", 4, "'A'"), ("total >= 60", 5, "'B'"),
     ("salary >= 400000", 6, "'B'"),
     ("total >= 55 AND total < 60 AND education IN ('master', 'doctorate')", 7, "'B'")], (8, "'C'"))


def rule_of(table):
    rows, (last, _) = table
    return case([(test, f"{rule}::USMALLINT") for test, rule, _ in rows], f"{last}::USMALLINT")


def value_of(table, kind=None):
    rows, (_, last) = table
    cast = f"::{kind}" if kind else ""
    return case([(test, f"{value}{cast}") for test, _, value in rows], f"{last}{cast}")


def query(hits):
    points = ", ".join(f"{value_of(table, 'DECIMAL(9,1)')} AS {name}_value" for name, table in TABLES.items())
    total = " + ".join(f"{name}_value" for name in TABLES) + " + bonus"
    rules = "".join(f", {rule_of(table)} AS {name}_rule" for name, table in TABLES.items()) if hits else ""
    inner = f"SELECT *, {points}{rules} FROM people"
    middle = f"SELECT *, {total} AS total, {value_of(ELIGIBLE)} AS eligible FROM ({inner})"
    kept = ["total", f"{value_of(CATEGORIES)} AS category"]
    if hits:
        kept += [f"{name}_rule" for name in TABLES]
        kept += [f"{rule_of(ELIGIBLE)} AS eligible_rule", f"{rule_of(CATEGORIES)} AS category_rule"]
    return f"CREATE OR REPLACE TEMP TABLE found AS SELECT {', '.join(kept)} FROM ({middle})"


def measure(people, file, enumerations):
    base = duckdb.connect()
    base.execute("SET threads = 1; SET preserve_insertion_order = true")
    columns = {name: values for name, values in people.items() if not name.startswith("expected")}
    numbers = {name: values for name, values in columns.items() if name not in TEXTS}
    for name, texts in TEXTS.items():
        numbers[name] = columns[name]
        base.execute(f"CREATE TYPE {name}_enum AS ENUM ({', '.join(repr(text) for text in texts)})")
    selected = []
    for name in columns:
        if name in TEXTS:
            kind = f"{name}_enum" if enumerations else "VARCHAR"
            selected.append(f"enum_range(NULL::{name}_enum)[{name} + 1]::{kind} AS {name}")
        elif name == "salary":
            selected.append("(salary::DECIMAL(18,2) / 100)::DECIMAL(18,2) AS salary")
        else:
            selected.append(name)
    base.execute(f"CREATE TABLE people AS SELECT {', '.join(selected)} FROM numbers")
    count = len(people["salary"])
    version = duckdb.__version__
    for hits in (True, False):
        sql = query(hits)
        base.execute(sql)
        found = base.execute("SELECT (total * 10)::BIGINT AS total, category FROM found").fetchnumpy()
        check(people, found["total"], np.array([CATEGORY.index(text) for text in found["category"]]))
        seconds = least(5, lambda: base.execute(sql))
        kind = "enumerations" if enumerations else "texts"
        report(file, f"DuckDB {version}, {kind}, {'with' if hits else 'without'} rule hits", count, seconds)


def main(folder, file):
    people = load(folder)
    for enumerations in (False, True):
        measure(people, file, enumerations)


main(*sys.argv[1:])
