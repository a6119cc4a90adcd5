"""Clocks and calendars as two Python packages know them, to compare ours with.

    oracle.py days          packs/cn/calendar/days.csv, from the constants of chinesecalendar
    oracle.py years         every day from 2004 on: year,hexadecimal bits of the days worked
    oracle.py clocks N SEED random clocks in working days, their due dates found day by day
    oracle.py second        the days on which the package holidays says otherwise

A clock: start, budget, suspensions FROM..UNTIL (UNTIL is counted again; they may overlap), due.
"""

import datetime as dt
import random
import sys

import chinese_calendar as cc
from chinese_calendar.constants import holidays as HOLIDAYS, workdays as WORKDAYS

ONE = dt.timedelta(days=1)
FIRST, LAST = min(HOLIDAYS).year, max(HOLIDAYS).year
NAMES = {kind.value: kind.chinese for kind in cc.Holiday}


def days_of(first, last):
    day = first
    while day <= last:
        yield day
        day += ONE


def all_days():
    return days_of(dt.date(FIRST, 1, 1), dt.date(LAST, 12, 31))


def days():
    print("date,kind,name_zh,name_en")
    for day in all_days():
        for known, kind in ((HOLIDAYS, "holiday"), (WORKDAYS, "make-up")):
            if day in known:
                print(f"{day},{kind},{NAMES[known[day]]},{known[day]}")


def years():
    print("year,days")
    for year in range(FIRST, LAST + 1):
        bits = 0
        for bit, day in enumerate(days_of(dt.date(year, 1, 1), dt.date(year, 12, 31))):
            bits |= cc.is_workday(day) << bit
        print(f"{year},{bits:x}")


def due(worked, start, budget, suspended):
    day, left = start, budget
    while left:
        day += ONE
        if day not in worked:
            return None
        if worked[day] and not any(a <= day < b for a, b in suspended):
            left -= 1
    return day


def clocks(count, seed):
    dice = random.Random(seed)
    worked = {day: cc.is_workday(day) for day in all_days()}
    span = (dt.date(LAST, 12, 31) - dt.date(FIRST, 1, 1)).days
    print("start,budget,suspended,due")
    while count:
        start = dt.date(FIRST, 1, 1) + dt.timedelta(days=dice.randrange(span))
        budget = dice.choice((1, 3, 5, 10, 15, 20, 30, 45, 60, dice.randint(1, 120)))
        suspended = []
        for _ in range(dice.choice((0, 0, 0, 1, 1, 2, 3))):
            first = start + dt.timedelta(days=dice.randint(-3, 90))
            suspended.append((first, first + dt.timedelta(days=dice.choice((0, 1, 7, 20, 40)))))
        end = due(worked, start, budget, suspended)
        if end is None:
            continue
        stops = " ".join(f"{a}..{b}" for a, b in suspended)
        print(f"{start},{budget},{stops},{end}")
        count -= 1


def second():
    import holidays

    other = holidays.country_holidays("CN", years=range(FIRST, LAST + 1))
    for day in all_days():
        if other.is_working_day(day) != cc.is_workday(day):
            print(f"{day},{'worked' if cc.is_workday(day) else 'off'}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["days"]:
            days()
        case ["years"]:
            years()
        case ["clocks", count, seed]:
            clocks(int(count), int(seed))
        case ["second"]:
            second()
        case _:
            sys.exit(__doc__)
