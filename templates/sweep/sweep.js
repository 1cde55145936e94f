// The page of a sweep: its cells, then its figures.
async function sweepPage(header) {
  const warn = (why) => header.append(element("p", { class: "warning" }, why));
  if (!window.sweepCells) warn(noCells);
  else await readCells().then(startCells, (why) => warn(unreadCells(why)));
  startFigures();
}

function startCells() {
  startFilter();
  startMap();
  startTable();
  openCell();
  window.addEventListener("hashchange", openCell);
}

// The page contains its figures as JSON. Figures with very many curves are drawn only when they become
// visible, because they would block the page.
const manyCurves = 200;
const isQuick = (figure) => figure.plot.data.filter((trace) => isChosen(trace, figure, { by: 0 })).length < manyCurves;

function startFigures() {
  for (const holder of document.querySelectorAll("[data-figure]")) {
    const figure = JSON.parse(holder.querySelector('script[type="application/json"]').textContent);
    holder.querySelector(".plot").style.minHeight = `${figure.height}px`;
    later.push({ holder, start: () => draw(holder, figure), isSlow: !isQuick(figure) });
  }
  drawLater();
}

// A link to a cell goes to its row, also if that is hidden.
function openCell() {
  const cell = /^#cell-(\d+)$/.exec(location.hash);
  if (cell && cells && cells.open) cells.open(Number(cell[1]));
}
