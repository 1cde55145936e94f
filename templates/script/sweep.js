// The page of a sweep: its cells, then the figures that stand in the page as JSON.
async function sweepPage(header) {
  const told = (why) => header.append(element("p", { class: "warning" }, why));
  if (!window.sweepCells) told(noCells);
  else await readCells().then(startCells, (why) => told(unreadCells(why)));
  startFigures();
}

function startCells() {
  startFilter();
  startMap();
  startTable();
  openCell();
  window.addEventListener("hashchange", openCell);
}

// The figures of the page stand in it as JSON. Of some with so many curves that the page would stand still,
// nobody sees anything before they scroll there.
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

// A link to a cell lands on its row, whichever rows are shown.
function openCell() {
  const cell = /^#cell-(\d+)$/.exec(location.hash);
  if (cell && cells && cells.open) cells.open(Number(cell[1]));
}
