// From the first page to the result, in every language, width, and with and without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answer, answerAll, begin, carried, doctor, go } from "./lib/person.mjs";
import { LANGUAGES, SIZES, inspect, launch, open, serve } from "./lib/site.mjs";

let site;
let browser;
before(async () => {
  site = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  const { code, signal } = (await site?.stop()) ?? {};
  assert.equal(signal ?? code, 0, "the program stops in good order");
});

const WORDS = {
  zh: { short: "还差 1 分", b: "B类", a: "A类", undecided: "还不能得出结论", other: "English" },
  en: { short: "1 short", b: "Category B", a: "Category A", undecided: "This cannot be decided yet", other: "中文" },
};

for (const lang of LANGUAGES) {
  for (const size of Object.keys(SIZES)) {
    for (const js of [true, false]) {
      const name = `${lang}, ${size}, scripts ${js ? "on" : "off"}`;
      const words = WORDS[lang];

      test(`from start to result: ${name}`, { timeout: 180_000 }, async () => {
        const page = await open(browser, { size, js, lang });
        await page.goto(`${site.base}/`);
        await inspect(page, lang, "home");
        await go(page, ".hero .button >> nth=0");
        await inspect(page, lang, "start");
        await begin(page);
        await inspect(page, lang, "tasks");
        const tasks = await page.locator(".tasks li").count();
        assert.ok(tasks >= 5);
        await go(page, ".tasks li >> nth=0 >> button");
        for (let part = 0; part < tasks; part += 1) {
          await inspect(page, lang, `part ${part + 1}`);
          await answerAll(page, doctor);
          await go(page);
        }
        await inspect(page, lang, "check");
        await go(page);
        await inspect(page, lang, "result");
        assert.match(await page.textContent("h1"), new RegExp(words.b));
        assert.match(await page.textContent(".figures"), new RegExp(`84.*${words.short}`, "s"));
        assert.equal(await page.locator(".chart svg").count(), 2);
        assert.equal(await page.locator("[data-print]").isVisible(), js, "the print button needs scripts");

        // Change one answer from the page that checks them, and come back to it.
        await go(page, ".back button");
        await go(page, `.answers button[formaction*="/matters/chinese"] >> nth=0`);
        await answer(page, "hsk_level", 1);
        await go(page);
        assert.match(page.url(), /\/assess\/check/);
        await go(page);
        assert.match(await page.textContent("h1"), new RegExp(words.a));
        assert.match(await page.textContent(".figures"), /85/);
        assert.ok(!/460000|doctorate|1996/.test(page.url()), "no answer in the address");

        // A refresh shows the same result.
        await page.reload();
        assert.match(await page.textContent("h1"), new RegExp(words.a));
        await inspect(page, lang, "result after a refresh");
        await page.context().close();
      });
    }
  }
}

for (const js of [true, false]) {
  test(`the language switch keeps answers and entries: scripts ${js ? "on" : "off"}`, async () => {
    const page = await open(browser, { size: "phone", js, lang: "zh" });
    await page.goto(`${site.base}/assess`);
    await begin(page);
    await go(page, `.tasks button[formaction*="/matters/education"]`);
    await answer(page, "education_level", "master");
    await answer(page, "graduation_date", "2019-02-30");
    await go(page, ".switch");
    await inspect(page, "en", "after the switch");
    assert.match(page.url(), /\/assess\/matters\/education\?lang=en/);
    assert.ok(await page.isChecked('[name="f.education_level"][value="master"]'));
    assert.equal(await page.inputValue('[name="f.graduation_date.day"]'), "30");
    assert.equal(await page.locator("#error-summary").count(), 0, "a switch is no mistake");
    await page.fill('[name="f.graduation_date.day"]', "28");
    await go(page);
    assert.deepEqual((await carried(page)).facts, {
      education_level: { s: "master" },
      graduation_date: { s: "2019-02-28" },
    });
    for (const [press, lang, path] of [
      [".back button", "en", "/assess/tasks"],
      [".switch", "zh", "/assess/tasks"],
      ["main .actions .button >> nth=0", "zh", "/assess/check"],
      [".switch", "en", "/assess/check"],
      ["main .actions .button >> nth=0", "en", "/assess/result"],
      [".switch", "zh", "/assess/result"],
      [".back button", "zh", "/assess/check"],
    ]) {
      await go(page, press);
      assert.equal(new URL(page.url()).pathname, path);
      await inspect(page, lang, path);
      assert.equal((await carried(page)).facts.education_level.s, "master");
    }
    await page.context().close();
  });
}

for (const lang of LANGUAGES) {
  test(`missing facts: cannot be decided, with a way to each of them: ${lang}`, async () => {
    const page = await open(browser, { js: false, lang });
    await page.goto(`${site.base}/assess?lang=${lang}`);
    await begin(page);
    await go(page, "main .actions .button >> nth=1");
    await inspect(page, lang, "result without facts");
    assert.equal((await page.textContent("h1")).trim(), WORDS[lang].undecided);
    await go(page, `.part-head button[formaction*="/matters/job"]`);
    await answer(page, "annual_salary", "500000");
    await go(page);
    assert.equal(new URL(page.url()).pathname, "/assess/result", "back to the result");
    assert.equal((await carried(page)).facts.annual_salary.n, "500000");
    await page.context().close();
  });
}

test("the result is downloaded as JSON", async () => {
  const page = await open(browser, { lang: "en" });
  await page.goto(`${site.base}/assess?lang=en`);
  await begin(page);
  await go(page, "main .actions .button >> nth=1");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("[data-download]").click(),
  ]);
  assert.match(download.suggestedFilename(), /^cn-work-permit-2026-11-23\.json$/);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
