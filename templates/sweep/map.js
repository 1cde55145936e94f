// The diagnosis map: tiles move with the selected axes, and have the selected color.
const mostMaps = 24;

function startMap() {
  const holder = document.querySelector("[data-map]");
  if (!holder || !cells) return;
  const first = holder.querySelector(".map");
  const map = {
    holder, small: first.classList.contains("small"), tiles: [], words: [],
    scattered: cells.axes.some((axis) => axis.scale),
    legend: document.querySelector("[data-map-legend]"),
    varied: cells.axes.map((_, a) => a).filter((a) => cells.axes[a].labels.length > 1),
    rows: -1, by: -1,
  };
  map.columns = map.scattered ? Number(holder.dataset.across) : map.varied[map.varied.length - 1];
  if (map.scattered) map.rows = Number(holder.dataset.up ?? -1);
  for (const tile of holder.querySelectorAll("[data-cell]")) {
    map.tiles[Number(tile.dataset.cell)] = tile;
    map.words[Number(tile.dataset.cell)] = tile.querySelector("[data-measure]")?.textContent;
  }
  map.codes = [...map.legend.children];
  mapControls(map);
  (map.scattered ? walkScatter : walkTiles)(map);
  const follow = () => { if (map.rows >= 0 && !map.scattered) layMap(map); dimTiles(map); };
  followers.push(follow);
  drawn.push(() => paintTiles(map));
}

function dimTiles(map) {
  map.tiles.forEach((tile, i) => tile.classList.toggle("dim", !isShown(i)));
}

function mapControls(map) {
  const controls = document.querySelector("[data-map-controls]");
  controls.className = "controls";
  const select = (name, options, value, set) => {
    const made = element("select", {}, ...options.map(([key, label]) => element("option", { value: key }, label)));
    made.value = value;
    made.addEventListener("change", () => set(Number(made.value)));
    controls.append(element("label", {}, name + " ", made));
    return made;
  };
  const axes = map.varied.map((a) => [a, cells.axes[a].name]);
  if (axes.length > 1) {
    const all = map.scattered ? axes : [[-1, "all other axes"], ...axes];
    const rows = select(map.scattered ? "up" : "rows", all, map.rows, (a) => {
      if (a === map.columns) columns.value = map.columns = map.varied.find((other) => other !== a);
      map.rows = a;
      layMap(map);
    });
    const columns = select(map.scattered ? "across" : "columns", axes, map.columns, (a) => {
      if (a === map.rows) rows.value = map.rows = map.varied.find((other) => other !== a);
      map.columns = a;
      layMap(map);
    });
  }
  if (cells.measures.length) {
    select("color by", [[-1, "diagnosis"], ...cells.measures.map((m, i) => [i, m.name.toLowerCase()])], -1, (by) => {
      map.by = by;
      paintTiles(map);
    });
  }
}

// Sampled cells, at their places along two axes.
function layScatter(map) {
  const frame = map.holder.querySelector(".scatter");
  const place = (a, i) => cells.axes[a].scale.places[i] + "%";
  map.tiles.forEach((tile, i) => { tile.style.left = place(map.columns, i); tile.style.bottom = place(map.rows, i); });
  const scale = (a, way, side) => [...cells.axes[a].scale.ticks.map(([place, label]) =>
    element("span", { class: "tick " + way, style: `${side}:${place}%` }, label)), element("span", { class: "axis " + way }, cells.axes[a].name)];
  frame.replaceChildren(...scale(map.columns, "x", "left"), ...scale(map.rows, "y", "bottom"), ...map.tiles);
}

// One table, or one per combination of values of all axes but two.
function layMap(map) {
  if (map.scattered) return layScatter(map);
  const others = map.varied.filter((a) => a !== map.columns && a !== map.rows);
  const apart = map.rows >= 0 ? others : [];
  const down = map.rows >= 0 ? [map.rows] : others;
  const groups = new Map();
  map.tiles.forEach((_, i) => {
    const key = apart.map((a) => cells.axes[a].cells[i]).join();
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(i);
  });
  const shown = [...groups.values()].filter((group) => group.some(isShown));
  const made = shown.slice(0, mostMaps).map((group) => {
    const name = apart.map((a) => `${cells.axes[a].name} ${cells.axes[a].labels[cells.axes[a].cells[group[0]]]}`).join(", ");
    return element("div", {}, name ? element("h3", {}, name) : null, mapTable(map, down, group));
  });
  const more = shown.length - made.length;
  map.holder.replaceChildren(element("div", { class: apart.length ? "maps" : "" }, ...made),
    more > 0 ? element("p", { class: "note" }, `${more} more maps are hidden: filter by an axis above.`) : "");
}

function mapTable(map, down, group) {
  const across = cells.axes[map.columns];
  const rows = new Map();
  for (const i of group) {
    const points = down.map((a) => cells.axes[a].cells[i]);
    if (!rows.has(points.join())) rows.set(points.join(), { points, tiles: [] });
    rows.get(points.join()).tiles[across.cells[i]] = map.tiles[i];
  }
  const body = [...rows.values()].sort((a, b) => a.points.map((p, k) => p - b.points[k]).find((d) => d) || 0);
  const free = () => element("td", { class: "tile none" }, element("span", {}, map.small ? "" : map.holder.dataset.absent));
  return element("table", { class: map.small ? "map small" : "map" },
    element("thead", {},
      element("tr", {}, ...down.map((a) => element("th", { scope: "col", class: "axis", rowspan: 2 }, cells.axes[a].name)),
        element("th", { scope: "colgroup", class: "axis", colspan: across.labels.length }, across.name)),
      element("tr", {}, ...across.labels.map((label) => element("th", { scope: "col" }, label)))),
    element("tbody", {}, ...body.map((row) => element("tr", {},
      ...down.map((a, k) => element("th", { scope: "row" }, cells.axes[a].labels[row.points[k]])),
      ...across.labels.map((_, column) => row.tiles[column] || free())))));
}

// Colors by diagnosis, or on the scale of a quantity.
function paintTiles(map) {
  const measure = cells.measures[map.by];
  map.tiles.forEach((tile, i) => {
    const share = measure?.shares[i] ?? null;
    tile.style.setProperty("--tile", !measure ? `var(--d-${cells.classes[cells.class[i]][0]})`
      : share === null ? "var(--d-missing)" : colour("@s" + share));
    const words = tile.querySelector("[data-measure]");
    if (words) words.textContent = measure ? measure.words[i] : map.words[i];
  });
  map.legend.replaceChildren(...(measure ? scaleLegend(measure) : map.codes));
}

function scaleLegend(measure) {
  const stops = [0, 0.25, 0.5, 0.75, 1].map((t) => colour("@s" + t));
  const bar = element("i", { class: "swatch scale", "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const none = element("li", {}, element("i", { class: "swatch", "aria-hidden": "true" }), "infinite or missing");
  none.style.setProperty("--tile", "var(--d-missing)");
  return [element("li", {}, measure.title + ":", measure.ends[0], bar, measure.ends[1]), none];
}

// The map is one tab stop; arrow keys go to the next cell along an axis.
function walkScatter(map) {
  const links = map.tiles.map((tile) => tile.querySelector("a"));
  links.forEach((link, i) => { link.tabIndex = i ? -1 : 0; });
  const steps = { ArrowLeft: ["left", -1], ArrowRight: ["left", 1], ArrowUp: ["bottom", 1], ArrowDown: ["bottom", -1] };
  map.holder.addEventListener("keydown", (event) => {
    const own = map.tiles.indexOf(event.target.closest(".tile")), step = steps[event.key];
    if (own < 0 || !step) return;
    event.preventDefault();
    const order = map.tiles.map((_, i) => i);
    const at = (i) => parseFloat(map.tiles[i].style[step[0]]);
    order.sort((a, b) => at(a) - at(b) || a - b);
    const link = links[order[order.indexOf(own) + step[1]]];
    if (!link) return;
    links.forEach((other) => { other.tabIndex = -1; });
    link.tabIndex = 0;
    link.focus();
  });
}

// The map is one tab stop; arrow keys go from tile to tile.
function walkTiles(map) {
  const links = map.tiles.map((tile) => tile.querySelector("a"));
  links.forEach((link, i) => { link.tabIndex = i ? -1 : 0; });
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  map.holder.addEventListener("keydown", (event) => {
    const own = event.target.closest(".tile"), step = steps[event.key];
    if (!own || !step) return;
    event.preventDefault();
    let [row, column] = [own.parentElement, own.cellIndex];
    do {
      row = step[0] > 0 ? row.nextElementSibling : step[0] < 0 ? row.previousElementSibling : row;
      column += step[1];
      const link = row?.cells[column]?.querySelector("a");
      if (!link) continue;
      links.forEach((other) => { if (other.tabIndex === 0) other.tabIndex = -1; });
      link.tabIndex = 0;
      link.focus();
      return;
    } while (row?.cells[column]);
  });
}
