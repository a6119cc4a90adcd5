// The person of the first worked case, and how a page's questions are answered.
import assert from "node:assert/strict";

/** 84 points: one short of category A; HSK 1 is enough for it. */
export const doctor = {
  filing_kind: "first",
  short_term: false,
  birth_date: "1996-05-04",
  education_level: "doctorate",
  university: "foreign_high_level",
  graduation_date: "2020-06-30",
  good_academic_record: true,
  skill_level: "none",
  relevant_work_years: 6,
  consecutive_work_years: 0,
  career_highlights: [],
  language_teaching: [],
  job_offer: true,
  post_kind: "manager_or_technical",
  senior_post: "none",
  annual_salary: "460,000",
  months_in_china_per_year: 12,
  work_region: "elsewhere",
  employer_in_good_standing: true,
  special_need: true,
  minimum_wage_met: true,
  sector_approval: true,
  fits_development_needs: true,
  hsk_level: 0,
  degree_taught_in_chinese: false,
  former_chinese_national: false,
  talent_programme: false,
  achievements: [],
  other_grounds: [],
  local_grounds: [],
  local_bonus_points: 0,
  healthy: true,
  no_criminal_record: true,
  passport_expiry: "2030-01-01",
};

/** The names of the facts that a page asks for. */
export function asked(page) {
  return page.evaluate(() => [
    ...new Set(
      [...document.querySelectorAll("[name^='f.']")].map((field) =>
        field.name.slice(2).replace(/\.(year|month|day|none)$/, ""),
      ),
    ),
  ]);
}

/** Answers one question of a page. */
export async function answer(page, name, value) {
  const control = page.locator(`[name="f.${name}"]`);
  if (Array.isArray(value)) {
    if (value.length === 0) return page.locator(`[name="f.${name}.none"]`).check();
    for (const item of value) await page.locator(`[name="f.${name}"][value="${item}"]`).check();
    return undefined;
  }
  if (await page.locator(`[name="f.${name}.year"]`).count()) {
    const [year, month, day] = value.split("-");
    await page.fill(`[name="f.${name}.year"]`, year);
    await page.fill(`[name="f.${name}.month"]`, String(Number(month)));
    return page.fill(`[name="f.${name}.day"]`, String(Number(day)));
  }
  const kind = await control.first().evaluate((field) => field.type);
  if (kind === "radio") return page.locator(`[name="f.${name}"][value="${value}"]`).check();
  if (kind === "select-one") return control.selectOption(String(value));
  return control.fill(String(value));
}

/** Answers every question of a page from a person's facts. */
export async function answerAll(page, person) {
  const names = await asked(page);
  assert.ok(names.length > 0, "the page asks for something");
  for (const name of names) {
    assert.ok(name in person, `the person of the journey says nothing of ${name}`);
    await answer(page, name, person[name]);
  }
}

/** Chooses what, where and when on the first page, and goes on. */
export async function begin(page, { programme = "cn/work-permit", place = "310000", on = "2026-11-23" } = {}) {
  await page.locator(`[name="programme"][value="${programme}"]`).check();
  await page.selectOption("#place", place);
  const [year, month, day] = on.split("-");
  await page.fill('[name="on.year"]', year);
  await page.fill('[name="on.month"]', String(Number(month)));
  await page.fill('[name="on.day"]', String(Number(day)));
  await go(page);
}

/** Presses the main button of a page, or another one. */
export async function go(page, selector = "main .actions .button >> nth=0") {
  await Promise.all([page.waitForEvent("load"), page.locator(selector).click()]);
}

/** A form as somebody might send it who has changed it by hand. */
export async function send(page, fields, action) {
  await Promise.all([
    page.waitForEvent("load", { timeout: 60_000 }),
    page.evaluate(
      ([fields, action]) => {
        const form = document.getElementById("page");
        if (action) form.action = action;
        for (const [name, value] of Object.entries(fields)) {
          let field = form.elements.namedItem(name);
          if (!(field instanceof HTMLElement)) {
            field = document.createElement("input");
            field.type = "hidden";
            field.name = name;
            form.append(field);
          }
          if (field instanceof HTMLSelectElement) field.options[field.selectedIndex].value = value;
          else field.value = value;
        }
        HTMLFormElement.prototype.submit.call(form);
      },
      [fields, action],
    ),
  ]);
}

/** The answers that a page carries. */
export async function carried(page) {
  return JSON.parse(await page.inputValue('input[name="state"]'));
}
