// Common parts of the scripts: the browser, and the pages of a report folder.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Modules are installed outside the sources: NODE_PATH names their folder. */
export const require = createRequire(join(process.env.NODE_PATH || ".", "x.js"));

/** Chromium; CHROMIUM is its path if it is not /usr/bin/chromium. */
export function launch() {
  return require("playwright-core").chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking"],
  });
}

/** Every page with some runs of each sweep, and the page of a run that does not exist. */
export function pagesOf(at, runsPerSweep) {
  const found = [];
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    const path = join(at, entry.name);
    if (entry.isDirectory()) found.push(...pagesOf(path, runsPerSweep));
    else if (entry.name === "index.html") found.push({ path, query: "" });
    else if (entry.name === "compare.html") found.push({ path, query: "" }, { path, query: "?cells=0,1,x,99999" });
    else if (entry.name === "inspect.html") {
      for (const script of readdirSync(join(at, "inspect"))) found.push({ path, query: "?run=" + script.replace(/\.js$/, "") });
      found.push({ path, query: "?run=" + "0".repeat(32), unknown: true });
    } else if (entry.name === "run.html") {
      const runs = existsSync(join(at, "runs")) ? readdirSync(join(at, "runs")).sort() : [];
      const step = Math.max(1, Math.ceil(runs.length / runsPerSweep));
      runs.filter((_, i) => i % step === 0).forEach((run) => found.push({ path, query: "?run=" + run.replace(/\.js$/, "") }));
      found.push({ path, query: "" }, { path, query: "?run=" + "0".repeat(32), unknown: true });
    }
  }
  return found;
}
