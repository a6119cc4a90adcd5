// Keyboard alone, large letters, paper, and a slow line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answerAll, begin, carried, doctor, go } from "./lib/person.mjs";
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

/** Goes on with the Tab key until what has the focus matches; every stop must be visible. */
async function tabTo(page, selector) {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate((selector) => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        hit: element.matches(selector),
        html: element.outerHTML.slice(0, 120),
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: box.width > 0 && box.bottom > 0 && box.right > 0,
      };
    }, selector);
    if (!focus) continue;
    assert.ok(focus.ring && focus.seen, `the focus is visible on ${focus.html}`);
    if (focus.hit) return;
  }
  assert.fail(`the Tab key never reaches ${selector}`);
}

const press = (page, key) => Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]);

for (const js of [true, false]) {
  test(`by keyboard alone: scripts ${js ? "on" : "off"}`, { timeout: 120_000 }, async () => {
    const page = await open(browser, { js, lang: "en" });
    await page.goto(`${site.base}/`);
    await tabTo(page, ".skip");
    await page.keyboard.press("Enter");
    await tabTo(page, '.button[href^="/assess"]');
    await press(page, "Enter");
    await tabTo(page, '[name="programme"]');
    await page.keyboard.press("Space");
    await tabTo(page, "#place");
    await page.keyboard.type("Shanghai");
    await tabTo(page, "#on");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("2026");
    // Enter in a field goes on, whatever buttons stand before it.
    await press(page, "Enter");
    assert.equal(new URL(page.url()).pathname, "/assess/tasks");
    assert.equal((await carried(page)).place, "310000");
    await tabTo(page, '[formaction*="/matters/you"]');
    await press(page, "Enter");
    await tabTo(page, '[name="f.birth_date.year"]');
    await page.keyboard.type("1996");
    await page.keyboard.press("Tab");
    await page.keyboard.type("5");
    await page.keyboard.press("Tab");
    await page.keyboard.type("4");
    await press(page, "Enter");
    assert.equal((await carried(page)).facts.birth_date.s, "1996-05-04");
    await tabTo(page, '[name="f.education_level"]');
    await page.keyboard.press("ArrowDown");
    await tabTo(page, ".actions .button");
    await press(page, "Enter");
    assert.equal((await carried(page)).facts.education_level.s, "college");
    await tabTo(page, '[formaction*="/assess/result"]');
    await press(page, "Space");
    assert.equal(new URL(page.url()).pathname, "/assess/result");
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

async function result(page, lang, person = doctor) {
  await page.goto(`${site.base}/assess?lang=${lang}`);
  await begin(page);
  const tasks = await page.locator(".tasks li").count();
  await go(page, ".tasks li >> nth=0 >> button");
  for (let part = 0; part < tasks; part += 1) {
    await answerAll(page, person);
    await go(page);
  }
  await go(page);
}

for (const lang of LANGUAGES) {
  test(`at 200 % and on the narrowest screen: ${lang}`, { timeout: 120_000 }, async () => {
    // 1280 pixels at 200 % are 640; at 400 % they are 320, as WCAG 1.4.10 asks.
    for (const width of [640, 320]) {
      const page = await open(browser, { lang, viewport: { width, height: 480 } });
      await result(page, lang);
      await inspect(page, lang, `result at ${width}`);
      for (const path of ["/", "/rules", "/rules/cn/work-permit", "/assess/matters/job"]) {
        await page.goto(`${site.base}${path}?lang=${lang}`);
        await inspect(page, lang, `${path} at ${width}`);
      }
      await page.context().close();
    }
    // Letters alone twice as large, as WCAG 1.4.4 asks.
    const page = await open(browser, { lang, size: "desktop" });
    for (const path of ["/", "/assess", "/assess/matters/job", "/rules/instruments"]) {
      await page.goto(`${site.base}${path}?lang=${lang}`);
      await page.evaluate(() => (document.documentElement.style.fontSize = "212.5%"));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 1, `${path} is ${wide} too wide with large letters`);
    }
    await page.context().close();
  });

  test(`on paper: ${lang}`, { timeout: 120_000 }, async () => {
    const page = await open(browser, { lang });
    await result(page, lang);
    const heading = (await page.textContent("h1")).trim();
    await page.emulateMedia({ media: "print" });
    for (const hidden of [".top nav", ".switch", ".actions", ".back"]) {
      for (const element of await page.locator(hidden).all()) {
        assert.equal(await element.isVisible(), false, `${hidden} is not printed`);
      }
    }
    assert.ok(await page.locator("h1").isVisible());
    const closed = await page.locator("details:not([open]) .line-title >> nth=0").boundingBox();
    assert.ok(closed && closed.height > 0, "what is folded on the screen is open on paper");
    const pdf = await page.pdf({ preferCSSPageSize: true, tagged: true });
    assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
    const folder = mkdtempSync(join(tmpdir(), "xianlu-"));
    try {
      const file = join(folder, "result.pdf");
      writeFileSync(file, pdf);
      let text;
      try {
        text = execFileSync("pdftotext", [file, "-"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      } catch {
        // Without poppler: the title of the document.
        const hex = /\/Title <FEFF([0-9A-F]+)>/i.exec(pdf.toString("latin1"));
        text = hex
          ? Buffer.from(hex[1], "hex").swap16().toString("utf16le")
          : (/\/Title \(([^)]*)\)/.exec(pdf.toString("latin1"))?.[1] ?? "");
      }
      const plain = (words) => words.normalize("NFKC").replaceAll(/\s+/g, "");
      assert.ok(plain(text).includes(plain(heading)), `the printed result says “${heading}”`);
    } finally {
      rmSync(folder, { recursive: true });
    }
    await page.context().close();
  });

  test(`the weight of the first view: ${lang}`, async (t) => {
    for (const path of ["/", "/assess", "/rules", "/rules/cn/work-permit?on=2026-11-23&place=310000"]) {
      const page = await open(browser, { lang, size: "phone" });
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      let bytes = 0;
      session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
      await page.goto(`${site.base}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`, {
        waitUntil: "networkidle",
      });
      t.diagnostic(`${path} ${lang}: ${(bytes / 1000).toFixed(1)} kB`);
      assert.ok(bytes > 5_000 && bytes < 100_000, `${path}: ${bytes} bytes`);
      await page.context().close();
    }
  });
}
