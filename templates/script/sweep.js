// The page of a sweep: its cells, and every figure that stands in the page as JSON.
function figuresOfPage() {
  readCells();
  startFilter();
  startMap();
  startTable();
  for (const holder of document.querySelectorAll("[data-figure]")) {
    const json = holder.querySelector('script[type="application/json"]');
    if (json) draw(holder, JSON.parse(json.textContent));
  }
  openCell();
  window.addEventListener("hashchange", openCell);
}

// A link to a cell lands on its row, whichever rows are shown.
function openCell() {
  const cell = /^#cell-(\d+)$/.exec(location.hash);
  if (cell && cells && cells.open) cells.open(Number(cell[1]));
}
