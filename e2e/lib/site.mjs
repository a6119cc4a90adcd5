// The program under test, and browsers that notice every fault of a page.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts the program at a free port; resolves to its address and a way to stop it. */
export async function serve() {
  const program = process.env.XIANLU;
  if (!program) throw new Error("XIANLU names the program to test");
  const child = spawn(program, ["serve", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const base = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the program printed no address")), 60_000);
    child.on("exit", (code) => reject(new Error(`the program ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /http:\/\/[0-9.:]+/.exec(line);
      if (address) {
        clearTimeout(late);
        resolve(address[0]);
      }
    });
  });
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
    child.kill("SIGTERM");
    return ended;
  };
  return { base, stop };
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } };
export const LANGUAGES = ["zh", "en"];

/** A page in a context of its own. Faults that it reports are collected in `faults`. */
export async function open(browser, { size = "desktop", js = true, lang = "en", ...more } = {}) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    javaScriptEnabled: js,
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    acceptDownloads: true,
    reducedMotion: "reduce",
    ...more,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.faults = [];
  page.scripts = js;
  page.twinOptions = { ...more, viewport: more.viewport ?? SIZES[size] };
  page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // A browser reports pages that say what is wrong (4xx) as errors of the network.
    if (/the server responded with a status of 4\d\d/.test(text)) return;
    if (["error", "warning"].includes(message.type())) page.faults.push(`console: ${text}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!why.includes("ERR_ABORTED")) page.faults.push(`request: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) page.faults.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return page;
}

/** Wants a page without faults: accessible, within its width, in its language, quiet. */
export async function inspect(page, lang, where) {
  assert.deepEqual(page.faults, [], `${where}: the page reports faults`);
  const state = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    width: document.documentElement.scrollWidth,
    view: window.innerWidth,
    headings: document.querySelectorAll("h1").length,
    inline: document.querySelectorAll("[style], style, script:not([src])").length,
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    small: [...document.querySelectorAll("button:not([tabindex='-1']), .choice label, select, input[type=text]")]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 24)
      .map((element) => element.outerHTML.slice(0, 120)),
  }));
  assert.equal(state.lang, lang === "zh" ? "zh-CN" : "en", `${where}: language`);
  assert.ok(state.title.length > 3, `${where}: title`);
  assert.ok(state.width <= state.view + 1, `${where}: ${state.width} wide in ${state.view}`);
  assert.equal(state.headings, 1, `${where}: one heading of the first level`);
  assert.equal(state.inline, 0, `${where}: inline style or script`);
  const twice = state.ids.filter((id, index) => state.ids.indexOf(id) !== index);
  assert.deepEqual(twice, [], `${where}: identifiers that stand twice`);
  assert.deepEqual(state.small, [], `${where}: targets that are too small`);
  const found = await (page.scripts ? accessibility(page) : accessibilityOfTwin(page));
  const grave = found.violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  assert.deepEqual(grave, [], `${where}: accessibility`);
  return found.violations.map(({ id, impact }) => `${impact} ${id}`);
}

/** What axe-core finds in a page. */
async function accessibility(page) {
  await page.evaluate(axeSource);
  return page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    }),
  );
}

/** The same for a page without scripts, in a page that shows the same and lets axe-core run. */
async function accessibilityOfTwin(page) {
  const html = await page.content();
  const context = await page.context().browser().newContext({
    ...page.twinOptions,
    reducedMotion: "reduce",
  });
  try {
    const twin = await context.newPage();
    const address = page.url().replace(/#.*$/, "");
    await twin.route(
      (url) => url.href === address,
      (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }),
    );
    await twin.goto(address);
    return await accessibility(twin);
  } finally {
    await context.close();
  }
}
