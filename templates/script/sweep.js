// The page of a sweep: its cells, and every figure that stands in the page as JSON.
function figuresOfPage() {
  readCells();
  startFilter();
  startMap();
  startTable();
  // Plotly is large and comes after this script, so that cells can be looked at before it is there.
  document.addEventListener("DOMContentLoaded", startFigures);
  openCell();
  window.addEventListener("hashchange", openCell);
}

// Figures are drawn when they come near the screen, the others one by one while nothing else is to do,
// and all of them before the page is printed.
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
    const [holder] = waiting.keys();
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
