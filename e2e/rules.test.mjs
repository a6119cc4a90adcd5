// The pages to read the rules, by day and place.
import assert from "node:assert/strict";
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

for (const lang of LANGUAGES) {
  for (const size of Object.keys(SIZES)) {
    for (const js of [true, false]) {
      test(`rules: ${lang}, ${size}, scripts ${js ? "on" : "off"}`, { timeout: 180_000 }, async () => {
        const page = await open(browser, { size, js, lang });
        await page.goto(`${site.base}/rules?lang=${lang}`);
        await inspect(page, lang, "rules");
        await go(page, '.programmes a[href^="/rules/cn/work-permit"]');
        await inspect(page, lang, "programme");
        await page.fill("#on", "2017-03-31");
        await page.selectOption("#place", "310000");
        await go(page, ".filter button");
        await inspect(page, lang, "programme in March 2017");
        assert.equal(await page.locator(".timeline .now").count(), 1);
        assert.ok((await page.locator(".rule-table caption").count()) > 3);
        await page.fill("#on", "2010-01-01");
        await go(page, ".filter button");
        await inspect(page, lang, "before any rule");
        assert.match(await page.textContent("main .callout"), /2016/);
        await go(page, "main .callout a");
        assert.match(page.url(), /on=2016-10-01/);
        assert.equal(await page.locator("main .callout").count(), 0);
        await page.fill("#on", "2026-02-30");
        await go(page, ".filter button");
        await inspect(page, lang, "impossible day");
        assert.equal(await page.inputValue("#on"), "2026-02-30");
        await page.goto(`${site.base}/rules/instruments?lang=${lang}`);
        await inspect(page, lang, "instruments");
        // The switch keeps the page, the day and the place.
        await page.goto(`${site.base}/rules/cn/work-permit?on=2021-03-01&place=310000&lang=${lang}`);
        await go(page, ".switch");
        await inspect(page, lang === "zh" ? "en" : "zh", "after the switch");
        assert.match(page.url(), /on=2021-03-01&place=310000/);
        assert.ok((await page.locator(".statute.overlay").count()) > 0, "local rules are marked");
        await page.context().close();
      });
    }
  }

  test(`other pages: ${lang}`, async () => {
    const page = await open(browser, { lang });
    for (const programme of ["cn/r-visa", "cn/permanent-residence"]) {
      await page.goto(`${site.base}/rules/${programme}?lang=${lang}`);
      await inspect(page, lang, programme);
    }
    const response = await page.goto(`${site.base}/nothing?lang=${lang}`);
    assert.equal(response.status(), 404);
    await inspect(page, lang, "not found");
    await page.context().close();
  });
}

for (const scheme of ["light", "dark"]) {
  test(`contrast of the ${scheme} colours`, async () => {
    const page = await open(browser, { lang: "zh", colorScheme: scheme });
    for (const path of ["/", "/assess", "/rules", "/rules/cn/work-permit?on=2026-11-23&place=310000"]) {
      await page.goto(`${site.base}${path}`);
      await inspect(page, "zh", `${path} in ${scheme}`);
    }
    await page.context().close();
  });
}
