// Opens every page of a report folder from disk in Chromium, wide and narrow, in light and dark,
// and reports what a person would stumble over: console errors, failed or remote requests, anything
// wider than the screen. Leaves a picture of each, for a person to look at; `cargo test` drives the
// pages by drive.mjs, whose modules this one uses.
//
//   cargo test --test report_browser
//   NODE_PATH=target/tmp/browser/node_modules node tests/browser/shoot.mjs reports /tmp/pictures
//
// CHROMIUM names the browser, /usr/bin/chromium where it is not set.
import { mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, pagesOf } from "./pages.mjs";

const [folder, pictures] = process.argv.slice(2).map((path) => resolve(path));
if (!folder || !pictures) {
  console.error("usage: shoot.mjs REPORT_FOLDER PICTURE_FOLDER [RUNS_PER_SWEEP]");
  process.exit(2);
}

mkdirSync(pictures, { recursive: true });
const browser = await launch();
let problems = 0;
const problem = (page, text) => { problems += 1; console.log(`${page}: ${text}`); };
const all = pagesOf(folder, Number(process.argv[4] || 2));
for (const [width, colorScheme] of [[1280, "light"], [390, "light"], [1280, "dark"]]) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, hasTouch: width < 600 });
  for (const { path, query, unknown } of all) {
    const name = `${relative(folder, path)}${query} at ${width} ${colorScheme}`;
    const page = await context.newPage();
    page.on("console", (m) => {
      // The one script that is meant to be missing is that of the run that does not exist.
      if (["error", "warning"].includes(m.type()) && !(unknown && /ERR_FILE_NOT_FOUND/.test(m.text()))) problem(name, m.text());
    });
    page.on("pageerror", (error) => problem(name, error.message));
    page.on("requestfailed", (r) => { if (!unknown) problem(name, `failed: ${r.url()}`); });
    page.on("request", (r) => { if (/^(https?|wss?):/.test(r.url())) problem(name, `asks the network for ${r.url()}`); });
    page.on("dialog", (d) => { problem(name, `a dialog opened: ${d.message()}`); d.dismiss(); });
    await page.goto(pathToFileURL(path).href + query, { waitUntil: "load" });
    await page.waitForTimeout(400);
    const seen = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      const cut = [];
      for (const element of document.querySelectorAll("main *")) {
        if (element.closest(".scroll, pre, svg, .about table, details:not([open]), .skip")) continue;
        const box = element.getBoundingClientRect();
        if (box.width && box.right > innerWidth + 1) cut.push(`${element.tagName}.${element.className}`);
      }
      const plots = document.querySelectorAll(".plot").length;
      const drawn = document.querySelectorAll(".plot .main-svg").length;
      const text = document.querySelector("main").innerText.trim().length;
      return { wide, cut: [...new Set(cut)].slice(0, 5), plots, drawn, text };
    });
    if (seen.wide > 0) problem(name, `is ${seen.wide} px wider than the screen`);
    if (seen.cut.length) problem(name, `cut off at the right: ${seen.cut.join(", ")}`);
    if (seen.plots && !seen.drawn) problem(name, "no figure was drawn");
    if (!seen.text) problem(name, "is empty");
    const file = name.replace(/[^a-z0-9]+/gi, "-");
    await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
    await page.close();
  }
  await context.close();
}
await browser.close();
console.log(`${all.length} pages, ${problems} problem${problems === 1 ? "" : "s"}`);
process.exit(problems ? 1 : 0);
