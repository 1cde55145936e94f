// A row of the table of cells, in the format of templates/sweep/row.html.
const standings = { bad: " ✗", good: " ✓" };

function seedOf(seed) {
  if (!seed.trained) return element("span", { class: "seed missing", title: seed.words }, `${seed.seed} –`);
  return element("a", { class: `seed ${seed.class}`, href: `run.html?run=${seed.id}`, title: `seed ${seed.seed}: ${seed.words}` },
    seed.seed + (standings[seed.class] || ""));
}

function sparkOf(spark) {
  const made = element("td", { class: "spark" });
  if (!spark.line) return made;
  const shape = (tag, attributes) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([key, value]) => part.setAttribute(key, value));
    return part;
  };
  const drawing = shape("svg", { viewBox: "0 0 200 56", "aria-hidden": "true" });
  drawing.append(shape("path", { d: spark.line }));
  if (spark.lost) drawing.append(shape("path", { d: spark.lost, class: "lost" }));
  made.append(drawing);
  return made;
}

function rowOf(cell) {
  const { has } = cells.table;
  const number = (n) => element("td", { class: "num" }, ...numbered(n));
  return element("tr", { id: `cell-${cell.index}`, "data-name": cell.name },
    ...cell.values.map((value) => element("td", { class: "value" }, value)),
    has.spark ? sparkOf(cell.spark) : null,
    element("td", { class: "diagnosis" }, cell.diagnosis),
    element("td", { class: "seeds" }, ...cell.seeds.flatMap((seed) => [seedOf(seed), " "])),
    number(cell.loss),
    ...["validation", "skill", "accuracy"].filter((name) => has[name]).map((name) => number(cell[name])),
    element("td", cell.trouble ? { class: "trouble" } : {}, cell.outcomes));
}
