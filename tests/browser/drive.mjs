// Drives every page of a report folder in Chromium, in both themes, and prints problems: console errors,
// requests outside the folder, content wider than a phone's screen, serious or critical violations of
// axe-core, and steps with a wrong result. tests/report_browser.rs creates the folder and calls this:
//
//   NODE_PATH=…/node_modules CHROMIUM=/usr/bin/chromium node tests/browser/drive.mjs REPORT_FOLDER SWEEP RUNNING
//
// RUNNING is the live page of a sweep, in a separate report.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, pagesOf, require } from "./pages.mjs";

const folder = resolve(process.argv[2]);
const root = pathToFileURL(folder).href;
const axe = require.resolve("axe-core/axe.min.js");
const browser = await launch();
const problems = [];
// A busy machine can be slow.
const patience = 60_000;
const problem = (name, text) => problems.push(`${name}: ${text}`);

// Opens a page that reports its problems with the name of the current step.
async function open(context, path, query = "", within = root) {
  const page = await context.newPage();
  page.doing = `${relative(folder, path)}${query}`;
  // Only the script of the run that does not exist may be missing.
  const meant = (text) => /[?]run=0{32}/.test(page.url()) && /ERR_FILE_NOT_FOUND|0{32}[.]js/.test(text);
  page.on("console", (m) => { if (["error", "warning"].includes(m.type()) && !meant(m.text())) problem(page.doing, m.text()); });
  page.on("pageerror", (error) => problem(page.doing, error.message));
  page.on("dialog", (dialog) => { problem(page.doing, `a dialog opened: ${dialog.message()}`); dialog.dismiss(); });
  page.on("requestfailed", (r) => { if (!meant(r.url()) && !/ERR_ABORTED/.test(r.failure()?.errorText)) problem(page.doing, `failed: ${r.url()}`); });
  page.on("request", (r) => {
    if (!r.url().startsWith(within) && !/^(data|blob):/.test(r.url())) problem(page.doing, `requests ${r.url()}`);
  });
  await page.goto(pathToFileURL(path).href + query, { waitUntil: "load" });
  await ready(page);
  return page;
}

// Waits until everything is loaded and every figure is drawn.
const ready = (page) => page.waitForFunction(() =>
  document.readyState === "complete" && !document.querySelector("[role=status]")
  && ["run", "compare", "inspect"].every((kind) => !document.querySelector(`[data-${kind}]`) || document.querySelector(`[data-${kind}] h1`))
  && [...document.querySelectorAll(".plot")].every((plot) => plot.querySelector(".main-svg")));

async function expect(page, what, seen) {
  // A busy machine can be slow to draw the result of a click.
  const until = Date.now() + 5000;
  let value;
  do {
    value = await seen().catch((error) => error.message.split("\n")[0]);
    if (value === true) return;
    await page.waitForTimeout(50);
  } while (Date.now() < until);
  problem(page.doing, `${what}: ${value}`);
}

async function lookAt(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) problem(page.doing, `is ${wide} px wider than the screen`);
}

async function checkAccess(page) {
  await page.addScriptTag({ path: axe });
  const violations = await page.evaluate(async () => {
    // Captions describe plotly's figures, which have no controls inside.
    const { violations } = await window.axe.run({ exclude: [".plot"] }, { resultTypes: ["violations"], preload: false });
    return violations.map((v) => [v.impact, v.id, v.nodes.map((node) => `${node.target}: ${node.any.concat(node.all, node.none).map((c) => c.message).join("; ")}`)]);
  });
  for (const [impact, id, nodes] of violations) {
    if (["serious", "critical"].includes(impact)) problem(page.doing, `axe: ${id} (${impact}) at ${nodes.slice(0, 3).join(" | ")}`);
  }
}

// One run of every sweep, with the rerun command of its page.
const reruns = new Map();
async function noteRerun(page, path) {
  const command = page.locator("section[aria-labelledby=rerun] pre");
  if (!reruns.has(path) && await command.count()) reruns.set(path, `${page.url().split("run=")[1]} ${await command.textContent()}`);
}

async function everyPage() {
  for (const [width, colorScheme] of [[1280, "light"], [390, "dark"]]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    context.setDefaultTimeout(patience);
    const wide = width > 600;
    // Pages without content look the same in both.
    const empty = ({ path, query, unknown }) => unknown || (!query && !path.endsWith("index.html"));
    for (const { path, query } of pagesOf(folder, wide ? 2 : 1).filter((page) => wide || !empty(page))) {
      const page = await open(context, path, query);
      page.doing += ` at ${width} px, ${colorScheme}`;
      await noteRerun(page, path);
      await lookAt(page);
      await checkAccess(page);
      await page.close();
    }
    await context.close();
  }
}

async function searchAndTheme(context) {
  const page = await open(context, join(folder, "index.html"));
  page.doing = "the index";
  const rows = page.locator("[data-rows] tbody tr:visible");
  const all = await rows.count();
  await page.getByLabel("Search").fill("moons");
  await expect(page, "the search shows one of several rows", async () => (all > 1 && (await rows.count()) === 1) || `${await rows.count()} of ${all}`);
  await page.getByLabel("Search").fill("");
  await expect(page, "an empty search shows all rows", async () => (await rows.count()) === all);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  await page.getByLabel("Theme").selectOption("dark");
  const dark = await ground();
  await expect(page, "the page turns dark", async () => dark !== before);
  await page.locator("[data-rows] tbody a").first().click();
  await ready(page);
  await expect(page, "the next page is dark too", async () => (await ground()) === dark);
  const ink = () => page.evaluate(() => getComputedStyle(document.querySelector(".plot .xtick text")).fill);
  const pale = await ink();
  await page.getByLabel("Theme").selectOption("light");
  await expect(page, "figures are redrawn", async () => (await ink()) !== pale);
  await page.close();
}

async function tableOfCells(context, sweep) {
  const page = await open(context, join(folder, sweep, "index.html"));
  page.doing = "the table of cells";
  const rows = page.locator("table.cells tbody tr");
  const all = await rows.count();
  const first = () => rows.first().getAttribute("id");
  const before = await first();
  const sorter = page.locator("table.cells thead button").first();
  await sorter.click();
  await sorter.click();
  await expect(page, "a second click reverses the order", async () => (await first()) !== before);
  const choice = page.locator("form.filter select").first();
  await choice.selectOption({ index: 1 });
  await expect(page, "a selected value shows its cell", async () => (all > 1 && (await rows.count()) === 1) || `${await rows.count()} of ${all}`);
  await page.getByRole("button", { name: "show all" }).click();
  await expect(page, "show all shows all cells", async () => (await rows.count()) === all);
  const seed = page.locator("table.cells a.seed").first();
  await seed.click();
  await ready(page);
  await expect(page, "a seed leads to its run", async () => page.url().includes("run.html?run="));
  await page.close();
}

async function fromRunToComparison(context, sweep) {
  const page = await open(context, join(folder, sweep, "index.html"));
  page.doing = "from a run to the comparison";
  await page.locator("table.cells a.seed").first().click();
  await ready(page);
  const title = await page.locator("h1").textContent();
  await page.locator("nav.neighbours a", { hasText: "→" }).first().click();
  await ready(page);
  await expect(page, "an arrow leads to another run", async () => (await page.locator("h1").textContent()) !== title);
  await page.getByText("Compare this cell with others").click();
  await ready(page);
  const columns = page.locator("table.compared thead th");
  await expect(page, "one cell is compared", async () => (await columns.count()) === 1);
  await page.locator(".offered a").first().click();
  await ready(page);
  await expect(page, "two cells are compared after adding one", async () => (await columns.count()) === 2);
  const loss = page.getByLabel("loss:");
  const line = () => page.locator(".plot .scatterlayer .trace path.js-line").first().getAttribute("d");
  const batches = await line();
  await loss.selectOption({ index: 1 });
  await expect(page, "another loss has another line", async () => (await line()) !== batches);
  await page.locator(".chips .remove").first().click();
  await ready(page);
  await expect(page, "one cell is compared after removing one", async () => (await columns.count()) === 1);
  await page.close();
}

async function inspection(context) {
  const own = join(folder, "deep/twelve");
  const page = await open(context, join(own, "run.html"), "?run=" + readdirSync(join(own, "inspect"))[0].replace(/[.]js$/, ""));
  page.doing = "the inspection";
  await page.getByText("Inspect training").click();
  await ready(page);
  const slider = page.getByLabel("Training step");
  const line = () => page.locator(".plot .scatterlayer .trace path.js-line").first().getAttribute("d");
  const moment = () => slider.getAttribute("aria-valuetext");
  // Figures follow the slider in the next animation frame.
  const becomes = async (seen) => {
    for (let i = 0; i < 200 && !(await seen()); i++) await page.waitForTimeout(50);
    return seen();
  };
  const end = await line();
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(page, "the slider shows its step", async () => (await moment()).startsWith("step 0 of 8") || moment());
  await expect(page, "the predictions follow the slider", () => becomes(async () => (await line()) !== end));
  await page.getByRole("button", { name: "Play" }).click();
  await expect(page, "it plays to the end", () => becomes(async () => (await moment()).startsWith("step 8 of 8")));
  await page.getByRole("combobox", { name: "layer" }).selectOption({ label: "output" });
  await expect(page, "another layer is shown", () => becomes(async () => (await page.getByRole("heading", { level: 3 }).last().textContent()) === "output"));
  await page.close();
}

async function fromIndexToEvidence(context) {
  const page = await open(context, join(folder, "index.html"));
  page.doing = "from the index to evidence";
  await page.locator(".wrong a").first().click();
  await ready(page);
  await expect(page, "one click leads to a diagnosis", async () => (await page.locator("section.diagnosed table").count()) === 1);
  await page.close();
}

async function finalLosses(context, sweep) {
  const page = await open(context, join(folder, sweep, "index.html"));
  page.doing = "final losses";
  const points = () => page.locator("section[aria-labelledby=finals] .points path").count();
  const all = await points();
  await page.locator("form.filter select").first().selectOption({ index: 2 });
  await expect(page, "the figure shows the one selected cell of four", async () => (all > 3 && (await points()) * 4 === all) || `${await points()} of ${all}`);
  await page.close();
}

async function beforeAndAfter(context, sweep) {
  const page = await open(context, join(folder, sweep, "index.html"));
  page.doing = "before and after a fix";
  await page.locator("table.cells a.seed").first().click();
  const figure = page.locator("section[aria-labelledby=cure] figure");
  await figure.locator(".main-svg").first().waitFor();
  const lines = () => figure.locator(".scatterlayer .trace").count();
  const before = await lines();
  await figure.locator("label.line input:not(:checked)").first().check();
  await expect(page, "a checkbox shows another fix", async () => (await lines()) > before);
  await checkAccess(page);
  await page.close();
}

async function wrongAddresses(context, sweep) {
  const shows = async (file, query, words) => {
    const page = await open(context, join(folder, sweep, file), query);
    await expect(page, `says “${words}”`, async () => (await page.locator("main").innerText()).includes(words));
    await page.close();
  };
  await shows("compare.html", "?cells=0,x", "“x” is not the number of a cell");
  await shows("compare.html", "?cells=99999", "no cell 99999");
  await shows("compare.html", "", "Select cells");
  await shows("run.html", "", "has no run ID");
  await shows("run.html", "?run=" + "0".repeat(32), "does not have this run");
}

// A standalone file in an empty folder: it contains everything, and requests nothing.
async function standalone(context, sweep) {
  const alone = join(mkdtempSync(join(tmpdir(), "sweep-")), "standalone.html");
  copyFileSync(join(folder, sweep, "standalone.html"), alone);
  const page = await open(context, alone, "", pathToFileURL(alone).href);
  page.doing = "the standalone file";
  await checkAccess(page);
  const title = await page.locator("h1:visible").textContent();
  await page.locator("table.cells a.seed").first().click();
  await ready(page);
  await expect(page, "a seed leads to its run", async () => / seed /.test(await page.locator("h1:visible").textContent()));
  await page.locator("nav.neighbours a", { hasText: "→" }).first().click();
  await page.getByText("Compare this cell with others").click();
  await ready(page);
  await page.locator(".offered a").first().click();
  await ready(page);
  await expect(page, "two cells are compared", async () => (await page.locator("table.compared thead th").count()) === 2);
  for (let i = 0; i < 4; i += 1) await page.goBack();
  await expect(page, "and back leads back", async () => (await page.locator("h1:visible").textContent()) === title);
  await ready(page);
  await lookAt(page);
  await page.close();
  rmSync(dirname(alone), { recursive: true });
}

// A new live page refreshes until someone uses it; an old one says that there are no updates.
async function livePage(context) {
  const path = resolve(process.argv[4]);
  const text = readFileSync(path, "utf8");
  const at = async (time) => {
    writeFileSync(path, text.replace(/data-written="\d+"/, `data-written="${time}"`));
    const page = await open(context, path, "", pathToFileURL(dirname(dirname(path))).href);
    page.doing = "the live page";
    return { page, line: page.locator("[data-running]") };
  };
  const says = ({ page, line }, words) => expect(page, `says “${words}”`, async () => (await line.innerText()).includes(words) || line.innerText());
  const now = await at(Date.now());
  await says(now, "runs finished. This page refreshes every");
  await now.page.waitForEvent("load");
  await now.page.locator("summary").last().click();
  await says(now, "because you use the page");
  await now.page.close();
  const old = await at(Date.now() - 3_600_000);
  await says(old, "No update since");
  await says(old, "trains the missing runs");
  await old.page.close();
}

const sweep = process.argv[3];
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
context.setDefaultTimeout(patience);
const steps = [
  everyPage, searchAndTheme, tableOfCells, fromRunToComparison, finalLosses, beforeAndAfter,
  fromIndexToEvidence, inspection, wrongAddresses, standalone, livePage,
];
for (const step of steps) {
  await step(context, sweep).catch((error) => problem(step.name, error.message.split("\n").slice(0, 3).join(" ")));
}
await browser.close();
for (const line of reruns.values()) console.log("rerun " + line);
problems.forEach((text) => console.log(text));
console.log(`${pagesOf(folder, 2).length} pages, ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
process.exit(problems.length ? 1 : 0);
