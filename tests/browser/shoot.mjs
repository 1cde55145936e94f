// Opens every page of a report folder in Chromium, wide and narrow, light and dark, and reports console
// errors, failed or remote requests, and content wider than the screen. Saves a screenshot of each page.
// It uses the modules that `cargo test` installs for drive.mjs.
//
//   cargo test --test report_browser
//   NODE_PATH=target/tmp/browser/node_modules node tests/browser/shoot.mjs reports /tmp/pictures
//
// CHROMIUM is the path of the browser, by default /usr/bin/chromium.
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
      // Only the script of the run that does not exist may be missing.
      if (["error", "warning"].includes(m.type()) && !(unknown && /ERR_FILE_NOT_FOUND/.test(m.text()))) problem(name, m.text());
    });
    page.on("pageerror", (error) => problem(name, error.message));
    page.on("requestfailed", (r) => { if (!unknown) problem(name, `failed: ${r.url()}`); });
    page.on("request", (r) => { if (/^(https?|wss?):/.test(r.url())) problem(name, `requests ${r.url()} from the network`); });
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
