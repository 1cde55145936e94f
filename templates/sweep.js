// Draws the figures of a report in the colours of the light or the dark scheme, and fills the page
// of a run from the script of that run. No network is needed: pages open from disk.
"use strict";
(() => {
  const light = {
    ink: "#1c2024", muted: "#6b7280", grid: "#e4e6ea", surface: "#ffffff", bad: "#b42318",
    c: ["#0072b2", "#d55e00", "#00795a", "#a8487f", "#b07800", "#2b8cc4"],
  };
  const dark = {
    ink: "#e6e8eb", muted: "#9aa3ad", grid: "#2c3238", surface: "#14181c", bad: "#ff8a7a",
    c: ["#5ab4f0", "#ff9a57", "#3fcf9f", "#e39cc5", "#f0b93a", "#9bd5f5"],
  };
  const viridis = ["#440154", "#482878", "#3e4a89", "#31688e", "#26828e", "#1f9e89", "#35b779",
    "#6ece58", "#b5de2b", "#fde725"];
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  const printing = window.matchMedia("print");
  const isDark = () => scheme.matches && !printing.matches;
  const palette = () => (isDark() ? dark : light);

  // A colour by its name: @ink, @c0, @s0.25, with an opacity behind a slash.
  function colour(name) {
    if (typeof name !== "string" || name[0] !== "@") return name;
    const [key, opacity] = name.slice(1).split("/");
    let hex;
    if (key[0] === "s" && !isNaN(key.slice(1))) {
      // The palest yellow is lost on white, the darkest violet on black.
      const t = Number(key.slice(1));
      hex = mix(viridis, isDark() ? 0.22 + 0.78 * t : 0.84 * t);
    } else if (key[0] === "c" && !isNaN(key.slice(1))) {
      hex = palette().c[Number(key.slice(1)) % 6];
    } else {
      hex = palette()[key] || palette().ink;
    }
    if (!opacity) return hex;
    const [r, g, b] = rgb(hex);
    return `rgba(${r},${g},${b},${opacity})`;
  }
  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  function mix(stops, t) {
    const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
    const i = Math.min(Math.floor(at), stops.length - 2);
    const [a, b] = [rgb(stops[i]), rgb(stops[i + 1])];
    const hex = a.map((v, k) => Math.round(v + (b[k] - v) * (at - i)).toString(16).padStart(2, "0"));
    return "#" + hex.join("");
  }

  // A copy of part of a figure in which every name of a colour is one.
  function coloured(part) {
    if (Array.isArray(part)) return part.map(coloured);
    if (part && typeof part === "object") {
      const copy = {};
      for (const key of Object.keys(part)) {
        const value = part[key];
        copy[key] = /color$/i.test(key) && typeof value === "string" ? colour(value) : coloured(value);
      }
      return copy;
    }
    return part;
  }

  function data(figure, state) {
    const colouring = figure.colourings[state.by];
    return figure.plot.data.map((trace, i) => {
      const own = coloured(trace);
      const name = colouring && colouring.traces[i];
      if (name) {
        if (own.line) own.line.color = colour(name);
        if (own.marker) own.marker.color = colour(name);
        if (own.fillcolor) own.fillcolor = colour(name + "/0.14");
      }
      return own;
    });
  }

  function layout(figure, state) {
    const p = palette();
    const own = coloured(figure.plot.layout);
    own.height = figure.height;
    own.paper_bgcolor = own.plot_bgcolor = "rgba(0,0,0,0)";
    own.font = { family: "system-ui, sans-serif", size: 12.5, color: p.ink };
    own.hoverlabel = { bgcolor: p.surface, bordercolor: p.muted, font: { color: p.ink }, align: "left" };
    own.dragmode = matchMedia("(pointer: coarse)").matches ? false : "zoom";
    for (const key of Object.keys(own).filter((k) => /^[xy]axis/.test(k))) {
      Object.assign(own[key], { gridcolor: p.grid, linecolor: p.muted, tickcolor: p.muted });
      if (own[key].type === "log") {
        // One label per decade; minor ones only where there is hardly a decade to see.
        own[key].minor = { showgrid: false };
        const range = own[key].range;
        if (range && range[1] - range[0] > 2.2) own[key].dtick = Math.ceil((range[1] - range[0]) / 8);
      }
    }
    if (figure.log_x && own.xaxis) own.xaxis.type = state.log ? "log" : "linear";
    return own;
  }

  const config = { responsive: true, displaylogo: false, displayModeBar: false, showTips: false };
  const drawn = [];

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    for (const child of children) if (child !== null && child !== undefined) made.append(child);
    return made;
  }

  function draw(holder, figure) {
    const state = { by: 0, log: figure.log_x };
    const plot = holder.querySelector(".plot");
    const controls = holder.querySelector(".controls");
    const legend = element("ul", { class: "legend" });
    function fillLegend() {
      const colouring = figure.colourings[state.by];
      legend.replaceChildren();
      for (const [label, name] of colouring ? colouring.entries : []) {
        const swatch = element("i", { class: "swatch", "aria-hidden": "true" });
        swatch.style.background = colour(name);
        legend.append(element("li", {}, swatch, label));
      }
    }
    const again = () => {
      fillLegend();
      return window.Plotly.react(plot, data(figure, state), layout(figure, state), config);
    };
    if (figure.colourings.length) {
      if (figure.colourings.length > 1) {
        const select = element("select");
        figure.colourings.forEach((c, i) => select.append(element("option", { value: i }, c.axis)));
        select.addEventListener("change", () => { state.by = Number(select.value); again(); });
        controls.append(element("label", {}, "colour by ", select));
      } else {
        controls.append(element("span", {}, figure.colourings[0].axis + ":"));
      }
      controls.append(legend);
    }
    if (figure.log_x) {
      const box = element("input", { type: "checkbox" });
      box.checked = true;
      box.addEventListener("change", () => { state.log = box.checked; again(); });
      controls.append(element("label", { class: "check" }, box, " epochs on a log scale"));
    }
    if (!window.Plotly) {
      plot.textContent = "The figure can't be drawn: assets/plotly.min.js is missing from the report folder.";
      return;
    }
    again();
    drawn.push(again);
  }

  const redraw = () => drawn.forEach((again) => again());
  scheme.addEventListener("change", redraw);
  printing.addEventListener("change", redraw);

  // ---- The page of a sweep: every figure stands in the page as JSON.
  function figuresOfPage() {
    for (const holder of document.querySelectorAll("[data-figure]")) {
      const json = holder.querySelector('script[type="application/json"]');
      if (json) draw(holder, JSON.parse(json.textContent));
    }
    openCell();
  }

  // A link to a cell lands on its row; nothing else on a page is hidden from links.
  function openCell() {
    const row = location.hash.startsWith("#cell-") && document.getElementById(location.hash.slice(1));
    if (row) row.scrollIntoView({ block: "center" });
  }

  // ---- The page of a run: the run named in the address.
  function say(holder, text) {
    holder.replaceChildren(
      element("header", { class: "top" }, element("h1", {}, "No such run")),
      element("p", { class: "warning" }, text),
      element("p", {}, element("a", { href: "index.html#cells" }, "All runs of this sweep")),
    );
  }

  function loadRun(holder) {
    const id = new URLSearchParams(location.search).get("run");
    if (id === null) return say(holder, "The address names no run. Choose one on the page of the sweep.");
    if (!/^[0-9a-f]{32}$/.test(id)) return say(holder, "The address names no run: the name of a run has 32 hexadecimal digits.");
    const script = element("script", { src: `runs/${id}.js` });
    script.addEventListener("error", () => say(holder,
      "This sweep has no such run. It may belong to an older version of the file, or it has not been trained yet."));
    document.head.append(script);
  }

  function figureElement(figure) {
    const text = [figure.caption, ...figure.notes].join(" ");
    return element("figure", { class: "figure" },
      element("figcaption", {}, element("h3", {}, figure.title), element("p", {}, text)),
      element("div", { class: "controls" }),
      element("div", { class: "plot", role: "img", "aria-label": `${figure.title}. ${text}` }));
  }

  function section(id, title, figures, none, pair) {
    const made = element("section", { "aria-labelledby": id }, element("h2", { id }, title));
    if (!figures.length) made.append(element("p", { class: "note" }, none));
    const inner = element("div", pair && figures.length > 1 ? { class: "pair" } : {});
    figures.forEach((figure) => {
      const holder = figureElement(figure);
      inner.append(holder);
      later.push(() => draw(holder, figure));
    });
    made.append(inner);
    return made;
  }
  const later = [];

  function row(tag, cells, numeric) {
    return element("tr", {}, ...cells.map((text, i) =>
      element(i === 0 && tag === "td" ? "th" : tag,
        i === 0 && tag === "td" ? { scope: "row" } : tag === "th" ? { scope: "col", class: i && numeric ? "num" : "" } : { class: numeric ? "num" : "value" },
        text)));
  }

  function table(head, rows, numeric, label) {
    return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
      element("table", { class: "grid" },
        head ? element("thead", {}, row("th", head, numeric)) : null,
        element("tbody", {}, ...rows.map((cells) => row("td", cells, numeric)))));
  }

  function neighbours(view) {
    const nav = element("nav", { class: "neighbours", "aria-label": "Other runs" });
    const seeds = element("span", {}, "Seeds of this cell: ");
    view.seeds.forEach((seed) => seeds.append(seed.here
      ? element("strong", { "aria-current": "page" }, seed.label)
      : element("a", { href: `run.html?run=${seed.id}` }, seed.label), " "));
    nav.append(seeds);
    if (view.before) nav.append(element("a", { href: `run.html?run=${view.before.id}` }, "← " + view.before.label));
    if (view.after) nav.append(element("a", { href: `run.html?run=${view.after.id}` }, view.after.label + " →"));
    return nav;
  }

  function told(list) {
    return element("ul", {}, ...list.map((other) => element("li", {}, element("strong", {}, other.code), ": " + other.sentence)));
  }

  // What is wrong with the run: the cause and its evidence, what else was seen, what it is not.
  function diagnosed(d) {
    if (!d) return "";
    const made = element("section", { class: "diagnosed", "aria-labelledby": "diagnosis" },
      element("h2", { id: "diagnosis" }, "Diagnosis"),
      element("p", { class: "lead" }, element("strong", {}, d.code), ": " + d.title),
      element("p", {}, d.sentence));
    const rows = d.evidence.map((e) => [e.quantity, e.layer, e.value, e.threshold, e.healthy, e.epoch]);
    if (rows.length) made.append(table(["Evidence", "Layer", "Value", "Threshold", "Healthy runs", "First epoch"], rows, true, "Evidence"));
    if (d.notes.length) made.append(element("h3", {}, "Seen beside it"), told(d.notes));
    if (d.rejected.length) made.append(element("details", {}, element("summary", {}, `What it is not, and why (${d.rejected.length})`), told(d.rejected)));
    made.append(element("p", { class: "note" }, element("code", {}, "sweep explain " + d.code), " tells what it means and what helps."));
    return made;
  }

  const words = { good: "✓ ", low: "", bad: "✗ " };

  window.sweepRun = (run) => {
    const holder = document.querySelector("[data-run]");
    const view = run.view;
    document.title = `${view.cell}, seed ${view.seed}`;
    const varied = view.settings.filter((s) => s.varied).map((s) => [s.key, s.value]);
    const other = view.settings.filter((s) => !s.varied).map((s) => [s.key, s.value]);
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
        element("p", { class: "lead outcome " + view.class }, words[view.class] + view.outcome),
        neighbours(view)),
      risks.length ? table(["Rows", "Number", "Loss before", "Loss after", "Skill", "Accuracy"], risks, true, "Risks") : "",
      diagnosed(view.diagnosis),
      section("outputs", "Outputs", run.outputs, "The run left no outputs to draw.", true),
      section("training", "Training", run.training, "There is no finite positive loss to draw.", false),
      section("gradients", "Gradient by layer", run.gradients, "The run left no statistics of its layers.", true),
      settings,
      element("p", {}, element("a", { href: `index.html#cell-${view.index}` }, "Back to its cell in the table of the sweep")),
    );
    later.splice(0).forEach((f) => f());
  };

  figuresOfPage();
  const holder = document.querySelector("[data-run]");
  if (holder) loadRun(holder);
})();
