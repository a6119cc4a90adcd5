"""The points test in OpenFisca-core or policyengine-core, as their users write it:
scales for bands, enumerations for codes, one formula for each table."""

import importlib
import importlib.metadata
import sys

import numpy as np

from people import CATEGORY, CODES, FLAGS, INTEGERS, TEXTS, check, least, load, report


def enums_of(core):
    return core.indexed_enums if hasattr(core, "indexed_enums") else core.enums


def scale(core, name, ends, points):
    brackets = [{"threshold": {"2000-01-01": {"value": start}}, "amount": {"2000-01-01": {"value": value}}}
                for start, value in zip([-1, *ends], points)]
    return core.parameters.ParameterScale(name, {"brackets": brackets, "metadata": {"type": "single_amount"}}, "")


def system(core):
    person = core.entities.Entity("person", "people", "A person", "")
    found = core.taxbenefitsystems.TaxBenefitSystem([person])
    found.parameters = core.parameters.ParameterNode("", data={})
    for name, ends, points in [
        ("pay", [50000, 70000, 100000, 150000, 200000, 250000, 300000, 350000, 400000, 450000, 600000.5],
         [0, 50, 70, 80, 110, 120, 140, 150, 170, 180, 200, 220]),
        ("experience", [2, 3, 5, 7, 10, 14, 17], [0, 50, 65, 85, 110, 140, 175, 200]),
        ("time", [3, 4, 6, 7, 9], [0, 50, 60, 100, 110, 150]),
        ("level", [1, 2, 3, 4, 5, 6], [0, 10, 20, 30, 40, 50, 55]),
        ("age", [18, 22, 26, 30, 35, 40, 46, 51, 56, 59, 61], [0, 80, 100, 130, 150, 145, 140, 110, 100, 60, 50, 0]),
    ]:
        found.parameters.add_child(name, scale(core, name, ends, points))

    enums = {name: enums_of(core).Enum(name, [(text, text) for text in texts]) for name, texts in TEXTS.items()}
    variable = core.variables.Variable
    month = core.periods.DateUnit.MONTH if hasattr(core.periods, "DateUnit") else core.periods.MONTH

    def declare(name, kind, formula=None, **more):
        body = {"value_type": kind, "entity": person, "definition_period": month, "label": name, **more}
        if formula:
            body["formula"] = formula
        found.add_variable(type(name, (variable,), body))

    for name in INTEGERS:
        declare(name, int)
    declare("salary", float)
    for name in CODES:
        first = list(enums[name])[0]
        declare(name, enums_of(core).Enum, possible_values=enums[name], default_value=first)
    for name in FLAGS:
        declare(name, bool)

    def of(name, text):
        return enums[name][text]

    declare("pay_points", float, lambda p, t, parameters: parameters(t).pay.calc(p("salary", t)))
    declare("experience_points", float,
            lambda p, t, parameters: parameters(t).experience.calc(p("experience", t)))
    declare("time_points", float, lambda p, t, parameters: parameters(t).time.calc(p("months", t)))
    declare("age_points", float, lambda p, t, parameters: parameters(t).age.calc(p("age", t)))

    def education_points(p, t):
        e, s, u = p("education", t), p("skill", t), p("university", t)
        top, high = u == of("university", "top_100"), u == of("university", "high_level")
        doctorate, master = e == of("education", "doctorate"), e == of("education", "master")
        return np.select(
            [doctorate & top, doctorate, s == of("skill", "senior_technician"), master & (top | high), master,
             s == of("skill", "technician"), e == of("education", "bachelor"), s == of("skill", "senior_worker"),
             e == of("education", "college")],
            [220, 200, 200, 170, 150, 150, 100, 100, 50], 0)

    def language_points(p, t, parameters):
        former, taught, level = p("former_national", t), p("taught", t), p("level", t)
        points = parameters(t).level.calc(level)
        return np.select([former & taught, former, taught & (level >= 6), taught], [60, 50, 60, 50], points)

    def region_points(p, t):
        r, post = p("region", t), p("post", t)
        teacher = post == of("post", "teacher")
        county = (r == of("region", "county")) | (r == of("region", "county_central"))
        west = r == of("region", "west")
        return np.select(
            [west & teacher, west, r == of("region", "north_east"),
             county & (teacher | (post == of("post", "technical"))), county,
             (r == of("region", "border")) & (post != of("post", "other")), r == of("region", "island")],
            [120, 100, 100, 110, 100, 90, 40], 0)

    def total(p, t):
        names = ["pay", "education", "experience", "time", "language", "region", "age"]
        return sum(p(f"{name}_points", t) for name in names) + p("bonus", t) * 10

    def eligible(p, t):
        found = (p("age", t) >= 18) & ((p("age", t) <= 65) | p("extension", t))
        for flag in FLAGS[2:8]:
            found = found & p(flag, t)
        return found

    def category(p, t):
        points, salary, e = p("total", t), p("salary", t), p("education", t)
        doctorate, master = e == of("education", "doctorate"), e == of("education", "master")
        return np.select(
            [~p("eligible", t), points >= 850, salary >= 600000, (points >= 750) & doctorate, points >= 600,
             salary >= 400000, (points >= 550) & (master | doctorate)],
            [0, 1, 1, 1, 2, 2, 2], 3)

    declare("education_points", float, education_points)
    declare("language_points", float, language_points)
    declare("region_points", float, region_points)
    declare("total", float, total)
    declare("eligible", bool, eligible)
    declare("category", int, category)
    return found


def main(package, folder, file):
    core = importlib.import_module(package)
    openfisca = package == "openfisca_core"
    parts = ["entities", "taxbenefitsystems", "parameters", "periods", "variables"]
    for part in parts + (["indexed_enums", "simulation_builder"] if openfisca else ["enums", "simulations"]):
        importlib.import_module(f"{package}.{part}")
    people = load(folder)
    count = len(people["salary"])
    rules = system(core)
    builder = core.simulation_builder if openfisca else core.simulations

    def simulation():
        found = builder.SimulationBuilder().build_default_simulation(rules, count)
        for name in INTEGERS + FLAGS:
            found.set_input(name, "2020-01", people[name])
        found.set_input("salary", "2020-01", people["salary"] / 100)
        for name in CODES:
            enum = rules.variables[name].possible_values
            found.set_input(name, "2020-01", enums_of(core).EnumArray(people[name].astype(np.uint8), enum))
        return found

    results = ("total", "category")
    found = simulation()
    total, category = (found.calculate(name, "2020-01") for name in results)
    check(people, np.round(total), category)

    simulations = [simulation() for _ in range(4)]

    def run():
        simulation = simulations.pop()
        for name in results:
            simulation.calculate(name, "2020-01")

    version = importlib.metadata.version(package.replace("_", "-"))
    report(file, f"{package.replace('_', '-')} {version}, without rule hits", count, least(4, run))


main(*sys.argv[1:])
