// The page of a sweep: its cells, then the figures that stand in the page as JSON.
async function sweepPage(header) {
  const told = (why) => header.append(element("p", { class: "warning" }, why));
  if (!window.sweepCells) told(noCells);
  else await readCells().then(startCells, (why) => told(unreadCells(why)));
  await plotly();
  startFigures();
}

function startCells() {
  startFilter();
  startMap();
  startTable();
  openCell();
  window.addEventListener("hashchange", openCell);
}

// Plotly is large: it is asked for only now, so that cells can be looked at before it is there. Where it
// is missing, the figures say so.
const assets = document.currentScript.src;
function plotly() {
  if (window.Plotly) return Promise.resolve();
  return new Promise((done) => {
    const script = element("script", { src: assets.replace(/sweep\.js$/, "plotly.min.js") });
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    // Once what there is has been shown.
    requestAnimationFrame(() => setTimeout(() => document.head.append(script)));
  });
}

// Figures are drawn when they come near the screen; the others one by one while nothing else is to do, but
// for those of so many curves that the page would stand still; and all of them before the page is printed.
const manyCurves = 200;
const isQuick = (figure) => figure.plot.data.filter((trace) => isChosen(trace, figure, { by: 0 })).length < manyCurves;

function startFigures() {
  const waiting = new Map();
  const start = (holder) => {
    const figure = waiting.get(holder);
    waiting.delete(holder);
    if (figure) draw(holder, figure);
  };
  const near = new IntersectionObserver((seen) => {
    for (const entry of seen) if (entry.isIntersecting) { near.unobserve(entry.target); start(entry.target); }
  }, { rootMargin: "800px" });
  for (const holder of document.querySelectorAll("[data-figure]")) {
    const figure = JSON.parse(holder.querySelector('script[type="application/json"]').textContent);
    holder.querySelector(".plot").style.minHeight = `${figure.height}px`;
    waiting.set(holder, figure);
    near.observe(holder);
  }
  const idle = window.requestIdleCallback || ((next) => setTimeout(next, 200));
  const rest = () => {
    const holder = [...waiting.keys()].find((other) => isQuick(waiting.get(other)));
    if (!holder) return;
    near.unobserve(holder);
    start(holder);
    idle(rest);
  };
  idle(rest);
  window.addEventListener("beforeprint", () => [...waiting.keys()].forEach(start));
}

// A link to a cell lands on its row, whichever rows are shown.
function openCell() {
  const cell = /^#cell-(\d+)$/.exec(location.hash);
  if (cell && cells && cells.open) cells.open(Number(cell[1]));
}
