// The filter of cells, which applies to map, curves, table and CSV.
let cells = null;
const choice = { text: "", axes: [], ends: [], class: -1 };
const followers = [];

// Reads all cells from cells.js.
async function readCells() {
  cells = await unpacked(window.sweepCells);
  cells.of = cells.class.length;
  cells.words = cells.table.rows.map((row, i) =>
    [...cells.axes.map((axis) => axis.labels[axis.cells[i]]), row.diagnosis, row.outcomes].join(" ").toLowerCase());
  choice.axes = cells.axes.map(() => -1);
  choice.ends = cells.axes.map(() => null);
  choose();
}

const isShown = (i) => !cells || cells.shown[i];

function choose() {
  const text = choice.text.trim().toLowerCase();
  cells.shown = cells.class.map((own, i) =>
    (choice.class < 0 || own === choice.class)
    && choice.axes.every((point, a) => point < 0 || cells.axes[a].cells[i] === point)
    && choice.ends.every((ends, a) => !ends || isBetween(ends, Number(cells.axes[a].labels[cells.axes[a].cells[i]])))
    && (!text || cells.words[i].includes(text)));
  cells.count = cells.shown.filter(Boolean).length;
  followers.forEach((follow) => follow());
}

function choiceOf(name, labels, set) {
  const select = element("select", {}, element("option", { value: -1 }, "all"),
    ...labels.map((label, i) => element("option", { value: i }, label)));
  select.addEventListener("change", () => { set(Number(select.value)); choose(); });
  return element("label", {}, element("span", {}, name), select);
}

// Sampled values are filtered by a range; each end can be empty.
const isBetween = ([low, high], v) => (low === "" || v >= Number(low)) && (high === "" || v <= Number(high));

function endsOf(name, a) {
  const ends = ["from", "to"].map((end) => element("input", { type: "number", step: "any", placeholder: end, "aria-label": `${name} ${end}` }));
  for (const end of ends) end.addEventListener("input", () => { choice.ends[a] = ends.map((input) => input.value); choose(); });
  return element("span", { class: "ends" }, element("span", {}, name), ...ends);
}

function startFilter() {
  const holder = document.querySelector("[data-filter]");
  if (!holder || !cells) return;
  const search = element("input", { type: "search", placeholder: "value, diagnosis, outcome" });
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { choice.text = search.value; choose(); }, 120);
  });
  const form = element("form", { class: "filter", role: "search", "aria-label": "Filter cells" },
    element("label", {}, element("span", {}, "search"), search));
  cells.axes.forEach((axis, a) => {
    if (axis.scale?.drawn) form.append(endsOf(axis.name, a));
    else if (axis.labels.length > 1) form.append(choiceOf(axis.name, axis.labels, (point) => { choice.axes[a] = point; }));
  });
  if (cells.classes.length > 1) form.append(choiceOf("diagnosis", cells.classes.map(([, word]) => word), (i) => { choice.class = i; }));
  const count = element("output", {});
  const reset = element("button", { type: "reset" }, "show all");
  form.append(count, reset);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    Object.assign(choice, { text: "", class: -1, axes: cells.axes.map(() => -1), ends: cells.axes.map(() => null) });
    choose();
  });
  const update = () => {
    count.textContent = cells.count === cells.of ? `${cells.of} cells` : `${cells.count} of ${cells.of} cells`;
    reset.hidden = cells.count === cells.of;
  };
  followers.push(update);
  update();
  // On a phone, the filter is collapsed.
  const narrow = matchMedia("(max-width: 600px)").matches;
  holder.replaceWith(narrow ? element("details", { class: "choosing" }, element("summary", {}, "Filter cells"), form) : form);
}

// Numbers that JSON lacks, and the sort key of a quantity; missing values and NaN sort last.
const lost = ["inf", "-inf", "NaN"];
const order = (v) => (v === null ? NaN : v === "inf" ? Infinity : v === "-inf" ? -Infinity : Number(v));
