// Takes the pictures of the result page for the READMEs: XIANLU=… CHROMIUM=… node pictures.mjs
import { fileURLToPath } from "node:url";
import { answerAll, begin, doctor, go } from "./lib/person.mjs";
import { LANGUAGES, launch, open, serve } from "./lib/site.mjs";

const site = await serve();
const browser = await launch();
for (const lang of LANGUAGES) {
  const viewport = { width: 1120, height: 1240 };
  const page = await open(browser, { lang, viewport, colorScheme: "light", deviceScaleFactor: 1.5 });
  await page.goto(`${site.base}/assess?lang=${lang}`);
  await begin(page);
  const tasks = await page.locator(".tasks li").count();
  await go(page, ".tasks li >> nth=0 >> button");
  for (let part = 0; part < tasks; part += 1) {
    await answerAll(page, doctor);
    await go(page);
  }
  await go(page);
  const path = fileURLToPath(new URL(`../docs/assets/result-${lang}.png`, import.meta.url));
  await page.screenshot({ path });
  console.log(path);
  await page.context().close();
}
await browser.close();
await site.stop();
