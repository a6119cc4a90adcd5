"""The points test in numpy: a lookup for each table, with and without the rule that hits."""

import sys

import numpy as np

from people import check, least, load, report

BANDS = np.array([5_000_000, 7_000_000, 10_000_000, 15_000_000, 20_000_000, 25_000_000,
                  30_000_000, 35_000_000, 40_000_000, 45_000_000, 60_000_050])
PAY = np.array([0, 50, 70, 80, 110, 120, 140, 150, 170, 180, 200, 220], dtype=np.int16)


def education_rule(e, s, u):
    if e == 4:
        return (1, 220) if u == 4 else (2, 200)
    if s == 3:
        return 3, 200
    if e == 3:
        return (4, 170) if u >= 3 else (5, 150)
    if s == 2:
        return 6, 150
    if e == 2:
        return 7, 100
    if s == 1:
        return 8, 100
    return (9, 50) if e == 1 else (10, 0)


def language_rule(former, taught, level):
    if former:
        return (1, 60) if taught else (2, 50)
    if taught:
        return (3, 60) if level >= 6 else (4, 50)
    points = [0, 10, 20, 30, 40, 50, 55]
    return 11 - level, points[level]


def region_rule(region, post):
    if region == 1:
        return (1, 120) if post == 2 else (2, 100)
    if region == 2:
        return 3, 100
    if region in (3, 4):
        return (4, 110) if post in (1, 2) else (5, 100)
    if region == 5 and post != 5:
        return 6, 90
    return (7, 40) if region == 6 else (8, 0)


def banded(ends, points, size):
    """Rule and points for each small integer, from the upper ends of the bands."""
    rules = np.searchsorted(np.array(ends), np.arange(size), side="right")
    return (rules + 1).astype(np.uint16), np.array(points, dtype=np.int16)[rules]


def table(rows):
    rules, points = zip(*rows)
    return np.array(rules, dtype=np.uint16), np.array(points, dtype=np.int16)


EDUCATION = table([education_rule(e, s, u) for e in range(5) for s in range(4) for u in range(5)])
LANGUAGE = table([language_rule(f, t, v) for f in (0, 1) for t in (0, 1) for v in range(7)])
REGION = table([region_rule(r, p) for r in range(7) for p in range(6)])
AGE = banded([18, 22, 26, 30, 35, 40, 46, 51, 56, 59, 61], [0, 80, 100, 130, 150, 145, 140, 110, 100, 60, 50, 0], 80)
EXPERIENCE = banded([2, 3, 5, 7, 10, 14, 17], [0, 50, 65, 85, 110, 140, 175, 200], 30)
TIME = table([(6, 0)] * 3 + [(5, 50)] + [(4, 60)] * 2 + [(3, 100)] + [(2, 110)] * 2 + [(1, 150)] * 4)
CATEGORIES = np.array([0, 0, 1, 1, 1, 2, 2, 2, 3], dtype=np.uint16)


def evaluate(p, hits):
    pay = np.searchsorted(BANDS, p["salary"], side="right")
    codes = [
        p["education"] * 20 + p["skill"] * 5 + p["university"],
        p["experience"],
        p["months"],
        p["former_national"] * 14 + p["taught"] * 7 + p["level"],
        p["region"] * 6 + p["post"],
        p["age"],
    ]
    tables = [EDUCATION, EXPERIENCE, TIME, LANGUAGE, REGION, AGE]
    total = PAY[pay] + (p["bonus"] * 10).astype(np.int16)
    for (_, points), code in zip(tables, codes):
        total += points[code]
    flags = [p["healthy"], p["no_record"], p["offer"], p["standing"], p["need"], p["approved"]]
    adult = p["age"] >= 18
    late = (p["age"] > 65) & ~p["extension"]
    eligible = adult & ~late
    for flag in flags:
        eligible = eligible & flag
    salary, education = p["salary"], p["education"]
    rule = np.full(len(total), 8, dtype=np.uint16)
    rule[(total >= 550) & (total < 600) & (education >= 3)] = 7
    rule[salary >= 40_000_000] = 6
    rule[total >= 600] = 5
    rule[(total >= 750) & (total < 850) & (education == 4)] = 4
    rule[salary >= 60_000_000] = 3
    rule[total >= 850] = 2
    rule[~eligible] = 1
    category = CATEGORIES[rule]
    if not hits:
        return total, category, None
    found = [(pay + 1).astype(np.uint16)]
    found += [rules[code] for (rules, _), code in zip(tables, codes)]
    first = np.full(len(total), 9, dtype=np.uint16)
    first[late] = 8
    first[~adult] = 7
    for place, flag in reversed(list(enumerate(flags))):
        first[~flag] = place + 1
    return total, category, found + [first, rule]


def main(folder, file):
    people = load(folder)
    total, category, _ = evaluate(people, True)
    check(people, total, category)
    count = len(total)
    version = np.__version__
    report(file, f"numpy {version}, with rule hits", count, least(7, lambda: evaluate(people, True)))
    report(file, f"numpy {version}, without rule hits", count, least(7, lambda: evaluate(people, False)))


main(*sys.argv[1:])
