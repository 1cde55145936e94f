// Curves of cells: visible if their cell is; a click opens its row.
// Traces carry their cell or, for summaries of all cells, the name of a coloring.
function isChosen(trace, figure, state) {
  if (trace.meta === undefined || !cells) return true;
  const many = figure.many ??= figure.plot.data.some((other) => typeof other.meta === "string");
  const single = !many || cells.count <= cells.most_curves;
  if (typeof trace.meta === "string") return !single && trace.meta === figure.colourings[state.by].axis;
  return single && isShown(trace.meta);
}

function followCells(plot, figure, again) {
  if (!cells || !figure.plot.data.some((trace) => trace.meta !== undefined)) return;
  followers.push(again);
  plot.on("plotly_click", (event) => {
    const cell = event.points[0]?.data.meta;
    if (typeof cell === "number") location.hash = `cell-${cell}`;
  });
}
