// The table of cells: sorted, filtered, in pages, with a selection for the comparison.
function startTable() {
  const body = document.querySelector("table.cells tbody");
  if (!body || !cells) return;
  const rowsAtOnce = Number(body.parentElement.dataset.rows);
  const table = {
    body, rows: [...body.rows], by: null, down: false, rowsAtOnce, limit: rowsAtOnce, chosen: new Set(),
    more: element("button", { type: "button" }), compare: element("a", { class: "button" }),
  };
  table.rows.forEach((row, i) => chooseBox(table, row, i));
  table.order = cells.table.rows.map((_, i) => i);
  sortButtons(table);
  tableTools(table);
  chooseHead(table);
  followers.push(() => { table.limit = table.rowsAtOnce; fill(table); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#cell-"]');
    if (link) reveal(table, Number(link.hash.slice(6)));
  });
  cells.open = (i) => { reveal(table, i); table.rows[i]?.scrollIntoView({ block: "center" }); };
  fill(table);
}

// The row of a cell, inserted when it is first shown; the page contains the first rows.
function rowAt(table, i) {
  if (!table.rows[i] && cells.table.rows[i]) {
    const holder = element("tbody");
    insert(holder, cells.table.rows[i].html);
    table.rows[i] = holder.rows[0];
    chooseBox(table, table.rows[i], i);
  }
  return table.rows[i];
}

// Puts the visible rows into the page.
function fill(table) {
  const shown = table.order.filter(isShown);
  table.body.replaceChildren(...shown.slice(0, table.limit).map((i) => rowAt(table, i)));
  const more = shown.length - Math.min(shown.length, table.limit);
  table.more.hidden = !more;
  table.more.textContent = `Show ${Math.min(more, table.rowsAtOnce)} more of ${more}`;
  table.none.hidden = shown.length > 0;
}

// Shows and marks a row, also if the filter hides it.
function reveal(table, i) {
  const row = rowAt(table, i);
  if (!row) return;
  if (!row.isConnected) {
    const place = table.order.filter(isShown).indexOf(i);
    if (place < 0) table.body.prepend(row);
    else { table.limit = Math.ceil((place + 1) / table.rowsAtOnce) * table.rowsAtOnce; fill(table); }
  }
  table.body.querySelector("tr.here")?.classList.remove("here");
  row.classList.add("here");
}

// The values of a column: a quantity, a key, or text.
function columnOf(name) {
  const [kind, key] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
  if (kind === "measure") {
    const measure = cells.measures.find((m) => m.name === key);
    return measure ? measure.median.map(order) : [];
  }
  if (kind === "key") {
    const axis = cells.axes.find((a) => a.keys.includes(key));
    if (!axis) return [];
    const values = axis.points.map((point) => point[axis.keys.indexOf(key)]);
    const numbers = values.map(Number);
    // Text values sort in the order of the file.
    const places = numbers.every((n) => !isNaN(n)) ? numbers : values.map((v) => values.indexOf(v));
    return axis.cells.map((point) => places[point]);
  }
  const words = cells.table.rows.map((row) => row[key]);
  const sorted = [...new Set(words)].sort();
  return words.map((w) => sorted.indexOf(w));
}

function sort(table) {
  const values = columnOf(table.by);
  const back = (v) => (v === undefined || isNaN(v) ? 2 : isFinite(v) ? 0 : 1);
  table.order.sort((a, b) => back(values[a]) - back(values[b])
    || (back(values[a]) ? 0 : (table.down ? values[b] - values[a] : values[a] - values[b])) || a - b);
}

function sortButtons(table) {
  const heads = [...table.body.parentElement.tHead.querySelectorAll("th[data-sort]")];
  for (const head of heads) {
    const button = element("button", { type: "button" }, head.textContent);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      table.down = table.by === head.dataset.sort && !table.down;
      table.by = head.dataset.sort;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", table.down ? "descending" : "ascending");
      sort(table);
      fill(table);
    });
  }
}

function tableTools(table) {
  const download = element("button", { type: "button" }, "Download as CSV");
  download.addEventListener("click", () => save(`${cells.name.replace(/[^a-z0-9]+/gi, "-")}.csv`, csv(table.order.filter(isShown))));
  table.more.addEventListener("click", () => { table.limit += table.rowsAtOnce; fill(table); });
  table.none = element("p", { class: "note" }, "No cell matches the filter.");
  const scroll = table.body.closest(".scroll");
  scroll.before(element("div", { class: "controls tools" }, download, table.compare));
  scroll.after(table.none, table.more);
}

// A checkbox per row selects cells for the comparison.
function chooseHead(table) {
  table.body.parentElement.tHead.rows[0].prepend(element("th", { scope: "col", class: "choose" }, element("span", { class: "hidden" }, "Compare")));
  tellChosen(table);
}

function chooseBox(table, row, i) {
  const box = element("input", { type: "checkbox", "aria-label": `Compare ${row.dataset.name}` });
  box.addEventListener("change", () => {
    if (box.checked) table.chosen.add(i); else table.chosen.delete(i);
    tellChosen(table);
  });
  row.prepend(element("td", { class: "choose" }, box));
}

function tellChosen(table) {
  const chosen = [...table.chosen].sort((a, b) => a - b);
  table.compare.textContent = chosen.length ? `Compare ${chosen.length} cell${chosen.length > 1 ? "s" : ""}` : "Select cells to compare";
  if (chosen.length) table.compare.href = address(`compare.html?cells=${chosen.join()}`);
  else table.compare.removeAttribute("href");
}

// Whether a spreadsheet would execute a text as formula; numbers are safe.
const isFormula = (text) => /^[=+\-@\t\r]/.test(text) && !lost.includes(text) && isNaN(Number(text));

// The cells as CSV, with unrounded numbers.
function csv(rows) {
  const field = (v) => {
    if (v === null || v === undefined) return "";
    const text = isFormula(String(v)) ? "'" + v : String(v);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const keys = cells.axes.flatMap((axis) => axis.keys.map((key, k) => [key, (i) => axis.points[axis.cells[i]][k]]));
  const measures = cells.measures.flatMap((m) => ["median", "low", "high"].map((part) =>
    [`${m.name.toLowerCase().replaceAll(" ", "_")}_${part}`, (i) => m[part][i]]));
  const own = cells.table.rows;
  const columns = [["cell", (i) => i], ...keys, ["seeds", (i) => own[i].seeds.length],
    ["outcomes", (i) => own[i].outcomes], ["diagnosis", (i) => own[i].diagnosis], ...measures];
  const lines = [columns.map(([name]) => name), ...rows.map((i) => columns.map(([, value]) => value(i)))];
  return lines.map((line) => line.map(field).join(",") + "\r\n").join("");
}

function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
