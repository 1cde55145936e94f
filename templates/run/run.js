// The page of the run in the address.
function say(holder, text, title = "Run not found") {
  holder.replaceChildren(
    element("header", { class: "top" }, element("h1", {}, title)),
    element("p", { class: "warning" }, text),
    element("p", {}, element("a", { href: "index.html#cells" }, "All runs of this sweep")),
  );
}

function loadRun(holder) {
  const id = new URLSearchParams(asksFor()).get("run");
  if (id === null) return say(holder, "The address has no run ID. Select a run on the page of the sweep.");
  if (!/^[0-9a-f]{32}$/.test(id)) return say(holder, "The address has no valid run ID of 32 hexadecimal digits.");
  const none = () => say(holder, "This sweep does not have this run. It can belong to an older version of the file, or is not trained yet.");
  if (inOneFile) {
    const text = packedPart(id);
    return text ? readRun(holder, text) : none();
  }
  const script = element("script", { src: `runs/${id}.js` });
  script.addEventListener("error", none);
  document.head.append(script);
}

function figureElement(figure) {
  const text = [figure.caption, ...figure.notes].join(" ");
  return element("figure", { class: "figure" },
    element("figcaption", {}, element("h3", {}, figure.title), element("p", {}, text)),
    element("div", { class: "controls" }),
    element("div", { class: "plot", role: "img", style: `min-height:${figure.height}px`, "aria-label": `${figure.title}. ${text}` }));
}

function section(id, title, figures, none, pair) {
  const made = element("section", { "aria-labelledby": id }, element("h2", { id }, title));
  if (!figures.length) made.append(element("p", { class: "note" }, none));
  const inner = element("div", pair && figures.length > 1 ? { class: "pair" } : {});
  figures.forEach((figure) => {
    const holder = figureElement(figure);
    inner.append(holder);
    later.push({ holder, start: () => draw(holder, figure) });
  });
  made.append(inner);
  return made;
}

// Links to the seeds of the cell, and to the nearest runs along every axis.
function neighbours(view) {
  const to = (run, label) => element("a", { href: `run.html?run=${run.id}` }, label);
  const nav = element("nav", { class: "neighbours", "aria-label": "Other runs" });
  nav.append(element("span", {}, "seed ", ...view.seeds.flatMap((seed) =>
    [seed.here ? element("strong", { "aria-current": "page" }, seed.label) : to(seed, seed.label), " "])));
  for (const axis of view.axes) {
    nav.append(element("span", {}, axis.axis + " ",
      axis.before ? to(axis.before, "← " + axis.before.label) : "", " ",
      element("strong", {}, axis.here), " ",
      axis.after ? to(axis.after, axis.after.label + " →") : ""));
  }
  return nav;
}

function listed(list) {
  return element("ul", {}, ...list.map((other) => element("li", {}, element("strong", {}, other.code), ": " + other.sentence)));
}

// The diagnosis: cause and evidence, other symptoms, causes that are ruled out, and causes that were not checked.
function diagnosed(d) {
  if (!d) return "";
  const made = element("section", { class: "diagnosed", "aria-labelledby": "diagnosis" },
    element("h2", { id: "diagnosis" }, "Diagnosis"),
    element("p", { class: "lead" }, element("strong", {}, d.code), ": " + d.title),
    element("p", {}, d.sentence));
  const rows = d.evidence.map((e) => [e.quantity, e.layer, e.value, e.threshold, e.healthy, e.epoch]);
  if (rows.length) made.append(table(["Evidence", "Layer", "Value", "Threshold", "Typical of healthy runs", `First ${d.unit || "epoch"} beyond the threshold`], rows, true, "Evidence"));
  if (d.notes.length) made.append(element("h3", {}, "Other symptoms"),
    element("p", { class: "note" }, d.code === "healthy" ? "The run is healthy in spite of these." : `These can be consequences of ${d.code}.`), listed(d.notes));
  if (d.rejected.length) made.append(element("details", {}, element("summary", {}, `Ruled out (${d.rejected.length})`), listed(d.rejected)));
  if (d.unchecked) made.append(element("details", {}, element("summary", {}, `Not checked for lack of evidence (${d.unchecked.length})`), listed(d.unchecked)));
  if (d.explained) made.append(element("p", { class: "note" }, element("code", {}, "sweep explain " + d.code), " describes cause, fixes and thresholds."));
  return made;
}

// The diagnosis and its fix in one line.
function verdict(view, cure) {
  const d = view.diagnosis;
  if (!d) return "";
  const swatch = element("i", { class: `swatch d-${d.code}`, "aria-hidden": "true" });
  // In a standalone file, the fragment of the address selects the run and must not change.
  const more = element("a", { href: "#cure" }, cure ? cure.by : "");
  more.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("cure").scrollIntoView();
  });
  const by = cure && cure.by && view.class !== "good" ? [" Fixed by ", more, "."] : [];
  return element("p", { class: "lead verdict" }, swatch, element("strong", {}, d.code.replaceAll("-", " ")), ` · ${d.title}.`, ...by);
}

// The link to the inspection, or the command for it; imported runs have neither.
function inspection(view, inspected) {
  if (!view.inspect) return "";
  return element("p", {}, inspected && !inOneFile
    ? element("a", { href: `inspect.html?run=${view.id}` }, "Inspect training: predictions, weights and loss at about 40 steps")
    : element("span", {}, element("code", {}, view.inspect), " replays the run and shows predictions, weights and loss at about 40 steps."));
}

function rerun(view) {
  if (!view.rerun) return "";
  return element("section", { "aria-labelledby": "rerun" },
    element("h2", { id: "rerun" }, "Rerun"),
    element("p", {}, "This command trains the run again (bit-identical) and writes its page to rerun/. "
      + `The range ${view.seed}..${Number(view.seed) + 1} is seed ${view.seed} only. Use the folder where the sweep was run:`),
    source(view.rerun));
}

const words = { good: "✓ ", low: "", bad: "✗ " };

// The script of a run calls this with its data.
window.sweepRun = (text) => readRun(document.querySelector("[data-run]"), text);

function readRun(holder, text) {
  unpacked(text).then((run) => { if (holder.isConnected) showRun(holder, run); }, (why) => say(holder, `This browser can't read the run: ${why}.`));
}

function showRun(holder, run) {
  for (const figure of run.gradients) {
    // Lines use a scale that is logarithmic on both sides of zero; maps have powers of ten.
    if (figure.id === "gradient-mean") figure.plot.data.filter((trace) => trace.type === "scatter" && trace.mode !== "markers").forEach((trace) => {
      trace.text = trace.y.map((v) => (v === null ? "" : String(Number(v.toPrecision(3)))));
      trace.y = trace.y.map((v) => (v === null ? null : Math.asinh(v / (2 * run.linear)) / Math.LN10));
    });
  }
  const view = run.view;
  document.title = `${view.cell}, seed ${view.seed}`;
  const varied = view.settings.filter((s) => s.varied).map((s) => [s.key, s.value]);
  const shared = JSON.parse(document.getElementById("shared-settings").textContent);
  const other = [...shared, ...view.settings.filter((s) => !s.varied).map((s) => [s.key, s.value])];
  const settings = element("section", { "aria-labelledby": "settings" },
    element("h2", { id: "settings" }, "Settings"));
  const parts = element("div", { class: "pair" });
  if (varied.length) parts.append(element("div", {}, element("h3", {}, "Varied in this sweep"), table(null, varied, false, "Varied settings")));
  parts.append(element("div", {}, element("h3", {}, "Run"), table(null, view.facts, false, "Facts")));
  settings.append(parts, element("details", {}, element("summary", {}, `All other settings (${other.length})`), table(null, other, false, "All other settings")));
  const risks = view.risks.map((r) => [r.rows, r.count, r.start, r.end, r.skill, r.accuracy]);
  holder.replaceChildren(
    element("header", { class: "top" },
      element("h1", {}, `${view.cell}, seed ${view.seed}`),
      verdict(view, run.cure),
      element("p", { class: "outcome " + view.class }, words[view.class] + view.outcome),
      neighbours(view),
      element("p", { class: "note" }, element("a", { href: `compare.html?cells=${view.index}` }, "Compare this cell with others"))),
    risks.length ? table(["Part of the data", "Rows", "Loss before training", "Loss after training", "Skill", "Accuracy"], risks, true, "Losses") : "",
    diagnosed(view.diagnosis),
    cured(run.cure, view),
    section("outputs", "Predictions and training curve", [...run.outputs, ...run.training], "The run has no predictions, and no finite positive loss.", true),
    inspection(view, run.inspected),
    section("layers", "Gradients and activations by layer", [...run.gradients, ...run.layers], run.no_layers || "The run has no layer statistics.", true),
    settings,
    rerun(view),
    element("p", {}, element("a", { href: `index.html#cell-${view.index}` }, "Back to the cell in the table of the sweep")),
  );
  drawLater();
}
