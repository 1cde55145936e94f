// Figures with one cell per point: a point is visible if its cell is, and a click opens its row. The trace's
// customdata has the cells.
function keepChosen(trace) {
  if (!trace.customdata || !cells) return trace;
  const shown = trace.customdata.map((cell) => isShown(cell));
  for (const key of ["x", "y", "text", "customdata"]) {
    if (Array.isArray(trace[key])) trace[key] = trace[key].filter((_, i) => shown[i]);
  }
  return trace;
}

function followPoints(plot, figure, again) {
  if (!cells || !figure.plot.data.some((trace) => trace.customdata)) return;
  followers.push(again);
  plot.on("plotly_click", (event) => {
    const cell = event.points[0]?.customdata;
    if (typeof cell === "number") location.hash = `cell-${cell}`;
  });
}
