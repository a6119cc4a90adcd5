// The common profile filled in as a form, and assessed by every programme.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { go } from "./lib/person.mjs";
import { LANGUAGES, SIZES, inspect, launch, open, serve } from "./lib/site.mjs";

let site;
let browser;
before(async () => {
  site = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

const field = (name) => `[name="p.${name}"]`;

/** Enters a day in its three fields. */
async function day(page, name, year, month, day) {
  await page.fill(field(`${name}.year`), year);
  await page.fill(field(`${name}.month`), month);
  await page.fill(field(`${name}.day`), day);
}

for (const lang of LANGUAGES) {
  for (const size of Object.keys(SIZES)) {
    for (const js of [true, false]) {
      test(`profile: ${lang}, ${size}, scripts ${js ? "on" : "off"}`, { timeout: 300_000 }, async () => {
        const page = await open(browser, { size, js, lang });
        const other = lang === "zh" ? "en" : "zh";
        await page.goto(`${site.base}/assess/everywhere?lang=${lang}`);
        await inspect(page, lang, "all parts");

        // The person: the key Enter goes on.
        await go(page, "#part-person");
        await inspect(page, lang, "the person");
        await day(page, "birth_date", "1996", "5", "14");
        await page.selectOption(field("intended.country"), "CA");
        await day(page, "intended.date", "2026", "11", "2");
        await Promise.all([page.waitForEvent("load"), page.press(field("intended.date.day"), "Enter")]);

        // Education: two blocks, of which one is left blank; a fault keeps what was entered.
        await inspect(page, lang, "education");
        await page.selectOption(field("education[0].level"), "bachelor");
        await page.selectOption(field("education[0].country"), "BR");
        await page.fill(field("education[0].years"), "vier");
        await day(page, "education[0].end", "2017", "12", "15");
        await page.locator(field("education[0].full_time") + '[value="true"]').check();
        await go(page, 'button[name="add"][value="education"]');
        await inspect(page, lang, "one more block");
        assert.equal(await page.locator("fieldset.item").count(), 2);
        assert.equal(await page.inputValue(field("education[0].years")), "vier");
        assert.ok(await page.locator("#p-education-1").evaluate((block) => {
          const { top, height } = block.getBoundingClientRect();
          return top < window.innerHeight && top + height > 0;
        }), "the new block is in view");
        await go(page);
        await inspect(page, lang, "a fault");
        assert.equal(await page.locator("fieldset.item").count(), 1);
        assert.equal(await page.locator("#p-education-0-years-error").count(), 1);
        assert.equal(await page.inputValue(field("education[0].end.year")), "2017");
        assert.ok(await page.locator(field("education[0].full_time") + '[value="true"]').isChecked());
        await page.fill(field("education[0].years"), "4");
        // The other language and back: nothing is lost.
        await go(page, ".switch");
        await inspect(page, other, "the other language");
        assert.equal(await page.inputValue(field("education[0].years")), "4");
        await go(page, ".switch");
        await go(page);

        // Work: jobs that overlap are told at the second one.
        for (const [i, start, end] of [[0, "2018", "2022"], [1, "2021", ""]]) {
          if (i > 0) await go(page, 'button[name="add"][value="work"]');
          await page.selectOption(field(`work[${i}].country`), "BR");
          await day(page, `work[${i}].start`, start, "2", "1");
          if (end) await day(page, `work[${i}].end`, end, "6", "30");
        }
        await go(page);
        await inspect(page, lang, "jobs that overlap");
        assert.equal(await page.locator("#p-work-1.wrong").count(), 1);
        await page.fill(field("work[1].start.year"), "2023");
        await page.locator("#p-work-1 summary").click();
        await page.fill(field("work[1].occupations.noc2021"), "21232");
        await go(page);

        // Languages: a score that the test does not have.
        await page.selectOption(field("languages[0].language"), "en");
        await page.selectOption(field("languages[0].test"), "ielts_general");
        for (const skill of ["listening", "reading", "writing", "speaking"]) {
          await page.fill(field(`languages[0].scores.${skill}`), "7.5");
        }
        await page.fill(field("languages[0].scores.writing"), "7.3");
        await go(page);
        await inspect(page, lang, "a score that the test does not have");
        assert.equal(await page.locator("#p-languages-0-scores-writing-error").count(), 1);
        await page.fill(field("languages[0].scores.writing"), "7.5");
        await go(page);

        await inspect(page, lang, "the offer");
        await page.locator(field("has_offer") + '[value="false"]').check();
        await go(page);
        await inspect(page, lang, "the partner");
        await page.locator(field("family.has_partner") + '[value="false"]').check();

        // Straight from a part to every programme.
        await go(page, 'button[name="assess"]');
        await inspect(page, lang, "every programme");
        assert.ok((await page.locator("ol.lines > li").count()) > 30);
        assert.equal(new URL(page.url()).search, `?lang=${lang}`);

        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.locator('button[formaction^="/assess/everywhere/profile.json"]').click(),
        ]);
        const kept = JSON.parse(readFileSync(await download.path(), "utf8"));
        assert.equal(kept.birth_date, "1996-05-14");
        assert.deepEqual(kept.work[1], {
          country: "BR",
          occupations: { noc2021: "21232" },
          start: "2023-02-01",
        });
        assert.equal(kept.languages[0].scores.writing, 7.5);
        assert.deepEqual(kept.family, { has_partner: false });

        // What was filled in is still in the form. Two clicks within 0.7 seconds count once.
        await page.waitForTimeout(800);
        await go(page, "#part-work");
        assert.equal(await page.locator("fieldset.item").count(), 2);
        await go(page, 'button[name="remove"][value="work[0]"]');
        assert.equal(await page.inputValue(field("work[0].start.year")), "2023");
        await go(page, ".back .link");
        await inspect(page, lang, "back at all parts");
        assert.match(await page.inputValue("#profile"), /"2023-02-01"/);
        assert.doesNotMatch(await page.inputValue("#profile"), /"2018-02-01"/);
        await page.context().close();
      });
    }
  }
}
