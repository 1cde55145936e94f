// Curves that belong to cells: drawn where their cell is shown, and a click on one opens its row.
const mostCurves = 40;

// Traces carry the cell they are of, or the name of the colouring whose summary of all cells they are.
function isChosen(trace, figure, state) {
  if (trace.meta === undefined || !cells) return true;
  const many = figure.many ??= figure.plot.data.some((other) => typeof other.meta === "string");
  const single = !many || cells.count <= mostCurves;
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
