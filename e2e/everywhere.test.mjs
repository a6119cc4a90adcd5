// One profile, assessed by the programmes of every country.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { go } from "./lib/person.mjs";
import { LANGUAGES, SIZES, inspect, launch, open, serve } from "./lib/site.mjs";

const file = new URL("../examples/people/software-engineer.json", import.meta.url);

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
      test(`everywhere: ${lang}, ${size}, scripts ${js ? "on" : "off"}`, { timeout: 180_000 }, async () => {
        const page = await open(browser, { size, js, lang });
        await page.goto(`${site.base}/?lang=${lang}`);
        await go(page, 'a[href^="/assess/everywhere"]');
        await inspect(page, lang, "everywhere");
        await go(page);
        await inspect(page, lang, "nothing entered");
        assert.equal(await page.locator("#error-summary").count(), 1);
        if (js) {
          assert.ok(await page.locator("#profile-file").isVisible());
          await page.setInputFiles("#profile-file", file.pathname);
          await page.waitForFunction(() => document.getElementById("profile").value.includes("birth_date"));
        } else {
          assert.equal(await page.locator("#profile-file").isVisible(), false);
          await page.fill("#profile", readFileSync(file, "utf8"));
        }
        await go(page);
        await inspect(page, lang, "every programme");
        assert.ok((await page.locator("ol.lines > li").count()) > 30);
        assert.match(await page.inputValue("#profile"), /birth_date/);
        await go(page, ".switch");
        await inspect(page, lang === "zh" ? "en" : "zh", "after the switch");
        assert.ok((await page.locator("ol.lines > li").count()) > 30);
        await page.fill("#profile", '{ "birth_date": "1990-02-30", "education": [] }');
        await go(page);
        await inspect(page, lang === "zh" ? "en" : "zh", "an impossible day");
        assert.match(await page.textContent("#error-summary"), /birth_date/);
        await page.context().close();
      });
    }
  }
}
