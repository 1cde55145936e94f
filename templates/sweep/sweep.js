// The page of a sweep: its cells, then its figures.
async function sweepPage(header) {
  const warn = (why) => header.append(element("p", { class: "warning" }, why));
  if (!window.sweepCells) warn(noCells);
  else await readCells().then(startCells, (why) => warn(unreadCells(why)));
  drawFigures(document);
}

function startCells() {
  startFilter();
  startMap();
  startTable();
  openCell();
  window.addEventListener("hashchange", openCell);
}

// A link to a cell goes to its row, also if that is hidden.
function openCell() {
  const cell = /^#cell-(\d+)$/.exec(location.hash);
  if (cell && cells && cells.open) cells.open(Number(cell[1]));
}
