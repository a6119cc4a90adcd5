// Entries that are wrong, by mistake or on purpose: each is told, and the answers are kept.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answer, begin, carried, go, send } from "./lib/person.mjs";
import { LANGUAGES, inspect, launch, open, serve } from "./lib/site.mjs";

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

async function at(page, matter, lang) {
  await page.goto(`${site.base}/assess?lang=${lang}`);
  await begin(page);
  await go(page, `.tasks button[formaction*="/matters/${matter}"]`);
}

for (const lang of LANGUAGES) {
  for (const js of [true, false]) {
    const name = `${lang}, scripts ${js ? "on" : "off"}`;

    test(`an impossible date: ${name}`, async () => {
      const page = await open(browser, { js, lang, size: js ? "desktop" : "phone" });
      await at(page, "you", lang);
      await answer(page, "birth_date", "2001-02-30");
      const [response] = await Promise.all([
        page.waitForResponse((response) => response.request().method() === "POST"),
        go(page),
      ]);
      assert.equal(response.status(), 422);
      await inspect(page, lang, "impossible date");
      assert.match(await page.textContent("#error-summary"), /2001-02-30/);
      assert.match(await page.textContent("#f-birth_date-error"), /2001-02-30/);
      assert.equal(await page.inputValue('[name="f.birth_date.day"]'), "30");
      const focused = () => page.evaluate(() => document.activeElement.id);
      if (js) assert.equal(await focused(), "error-summary", "the summary is read out first");
      await page.click("#error-summary a");
      if (js) assert.equal(await focused(), "f-birth_date");
      else assert.match(page.url(), /#f-birth_date$/);
      await page.context().close();
    });

    test(`a negative number, and one that is none: ${name}`, async () => {
      const page = await open(browser, { js, lang });
      await at(page, "job", lang);
      for (const wrong of ["-5", "abc", "1e9"]) {
        await answer(page, "annual_salary", wrong);
        await go(page);
        await inspect(page, lang, wrong);
        assert.equal(await page.locator("#error-summary li").count(), 1);
        assert.equal(await page.inputValue("#f-annual_salary"), wrong, "the entry is kept");
        assert.equal(await page.getAttribute("#f-annual_salary", "aria-invalid"), "true");
      }
      await answer(page, "annual_salary", "４６０，０００");
      await go(page);
      assert.equal((await carried(page)).facts.annual_salary.n, "460000");
      await page.context().close();
    });
  }

  test(`a day before any rule: ${lang}`, async () => {
    const page = await open(browser, { js: false, lang });
    await page.goto(`${site.base}/assess?lang=${lang}`);
    await begin(page, { on: "2010-01-01" });
    await inspect(page, lang, "before any rule");
    assert.match(await page.textContent("#error-summary"), /2016/);
    assert.equal(await page.inputValue("#on"), "2010");
    await page.context().close();
  });

  test(`tampered forms: ${lang}`, async () => {
    const page = await open(browser, { lang });
    await at(page, "education", lang);
    await answer(page, "education_level", "doctorate");
    await go(page);
    const state = await carried(page);

    // An unknown place: the page that asks for it, with the answers kept.
    await send(page, { state: JSON.stringify({ ...state, place: "999999" }) });
    await inspect(page, lang, "unknown place");
    assert.match(await page.textContent("#error-summary"), /999999/);
    assert.equal((await carried(page)).facts.education_level.s, "doctorate");
    await page.selectOption("#place", "310000");
    await go(page);
    assert.equal((await carried(page)).place, "310000");

    // An unknown place in the field itself.
    await page.goto(`${site.base}/assess?lang=${lang}`);
    await send(page, { place: "<b>Atlantis</b>" });
    await inspect(page, lang, "unknown place in the field");
    assert.match(await page.textContent("#error-summary"), /<b>Atlantis<\/b>/);

    for (const broken of ["", "{", JSON.stringify({ ...state, v: 9 }), "x".repeat(200_000)]) {
      await send(page, { state: broken });
      await inspect(page, lang, "broken answers");
      assert.equal(await page.locator("#error-summary").count(), 1);
    }
    const strange = { ...state, facts: { ...state.facts, no_such_fact: { b: true }, hsk_level: { n: "99" } } };
    await send(page, { state: JSON.stringify(strange), page: "check" }, `/assess/check?lang=${lang}`);
    await inspect(page, lang, "unknown fact");
    assert.match(await page.textContent("#error-summary"), /no_such_fact/);
    assert.deepEqual((await carried(page)).facts, state.facts);
    await page.context().close();
  });

  test(`a form of 10 MB: ${lang}`, { timeout: 120_000 }, async () => {
    const page = await open(browser, { lang });
    await page.goto(`${site.base}/assess?lang=${lang}`);
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await send(page, { state: "x".repeat(10 << 20) }, `/assess/check?lang=${lang}`);
    assert.equal((await answered).status(), 413);
    await inspect(page, lang, "too large");
    await page.context().close();
  });
}
