// Takes the screenshots in docs/screenshots from a report of experiments/: index, page of a sweep and page of
// a run, each in the light theme, the dark theme and on a phone. docs/screenshots.sh creates the report and
// calls this:
//
//   NODE_PATH=…/node_modules node tests/browser/screenshots.mjs REPORT_FOLDER PICTURE_FOLDER
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./pages.mjs";

const [folder, pictures] = process.argv.slice(2).map((path) => resolve(path));
if (!folder || !pictures) {
  console.error("usage: screenshots.mjs REPORT_FOLDER PICTURE_FOLDER");
  process.exit(2);
}

// A network of fifty layers with vanishing gradients: a run of the first failing cell.
const deep = JSON.parse(readFileSync(join(folder, "too-deep/fix.json"))).failures[0];
const pages = [
  { name: "index", path: "index.html", heights: [1000, 1100] },
  { name: "sweep", path: "lr/index.html", heights: [1500, 1500] },
  { name: "run", path: "too-deep/run.html", query: `?run=${deep.runs[0]}`, heights: [1500, 1500] },
];
const forms = [
  { form: "light", width: 1200, colorScheme: "light" },
  { form: "dark", width: 1200, colorScheme: "dark" },
  { form: "phone", width: 390, colorScheme: "light" },
];

mkdirSync(pictures, { recursive: true });
const browser = await launch();
for (const { form, width, colorScheme } of forms) {
  for (const { name, path, query, heights } of pages) {
    const height = heights[width > 600 ? 0 : 1];
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    page.setDefaultTimeout(120_000);
    await page.goto(pathToFileURL(join(folder, path)).href + (query || ""), { waitUntil: "load" });
    await page.waitForFunction(() =>
      document.querySelector("h1") && (!document.querySelector("[data-run]") || document.querySelector("#cure ~ figure"))
      && [...document.querySelectorAll(".plot")].every((plot) => plot.querySelector(".main-svg")));
    await page.screenshot({ path: join(pictures, `${name}-${form}.png`) });
    await page.close();
  }
}
await browser.close();
