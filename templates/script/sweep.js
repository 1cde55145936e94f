// The page of a sweep: every figure stands in the page as JSON.
function figuresOfPage() {
  for (const holder of document.querySelectorAll("[data-figure]")) {
    const json = holder.querySelector('script[type="application/json"]');
    if (json) draw(holder, JSON.parse(json.textContent));
  }
  openCell();
}

// A link to a cell lands on its row; nothing else on a page is hidden from links.
function openCell() {
  const row = location.hash.startsWith("#cell-") && document.getElementById(location.hash.slice(1));
  if (row) row.scrollIntoView({ block: "center" });
}
