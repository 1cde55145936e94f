// Draws figures, and redraws them when colors change.
function data(figure, state) {
  const colouring = figure.colourings[state.by];
  return figure.plot.data.flatMap((trace, i) => {
    if (!isChosen(trace, figure, state)) return [];
    const own = keepChosen(coloured(trace));
    const name = colouring && colouring.traces[i];
    if (name) {
      if (own.line) own.line.color = colour(name);
      if (own.marker) own.marker.color = colour(name);
      if (own.fillcolor) own.fillcolor = colour(name + "/0.14");
    }
    return own;
  });
}

function layout(figure, state) {
  const own = coloured(figure.plot.layout);
  own.height = figure.height;
  own.paper_bgcolor = own.plot_bgcolor = "rgba(0,0,0,0)";
  own.font = { family: "system-ui, sans-serif", size: 12.5, color: colour("@ink") };
  own.hoverlabel = { bgcolor: colour("@surface"), bordercolor: colour("@muted"), font: { color: colour("@ink") }, align: "left" };
  own.dragmode = matchMedia("(pointer: coarse)").matches ? false : "zoom";
  for (const key of Object.keys(own).filter((k) => /^[xy]axis/.test(k))) {
    Object.assign(own[key], { gridcolor: colour("@grid"), linecolor: colour("@muted"), tickcolor: colour("@muted") });
    if (own[key].type === "log") {
      // One label per decade; minor labels only within about two decades.
      own[key].minor = { showgrid: false };
      const range = own[key].range;
      if (range && range[1] - range[0] > 2.2) own[key].dtick = Math.ceil((range[1] - range[0]) / 8);
    }
  }
  if (figure.log_x && own.xaxis) own.xaxis.type = state.log ? "log" : "linear";
  return own;
}

// The range that contains all ranges.
const around = (ranges) => [Math.min(...ranges.map((range) => range[0])), Math.max(...ranges.map((range) => range[1]))];

const config = { responsive: true, displaylogo: false, displayModeBar: false, showTips: false };
const drawn = [];

// Draws a figure into its element, and returns a function that redraws it.
function draw(holder, figure) {
  const state = { by: 0, log: figure.log_x };
  const plot = holder.querySelector(".plot");
  const controls = holder.querySelector(".controls");
  const legend = element("ul", { class: "legend" });
  function fillLegend() {
    const colouring = figure.colourings[state.by];
    legend.replaceChildren();
    for (const [label, name] of colouring ? colouring.entries : []) {
      const swatch = element("i", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = colour(name);
      legend.append(element("li", {}, swatch, label));
    }
  }
  const again = () => {
    // The previous content of a standalone page is gone.
    if (!plot.isConnected) return null;
    fillLegend();
    return window.Plotly.react(plot, data(figure, state), layout(figure, state), config);
  };
  if (figure.colourings.length) {
    if (figure.colourings.length > 1) {
      const select = element("select");
      figure.colourings.forEach((c, i) => select.append(element("option", { value: i }, c.axis)));
      select.addEventListener("change", () => { state.by = Number(select.value); again(); });
      controls.append(element("label", {}, "color by ", select));
    } else {
      controls.append(element("span", {}, figure.colourings[0].axis + ":"));
    }
    controls.append(legend);
  }
  if (figure.log_x) {
    const box = element("input", { type: "checkbox" });
    box.checked = true;
    box.addEventListener("change", () => { state.log = box.checked; again(); });
    controls.append(element("label", { class: "check" }, box, ` log scale for ${figure.plot.layout.xaxis.title.text}s`));
  }
  if (!window.Plotly) {
    plot.textContent = "The figure needs assets/plotly.min.js, which is missing from the report folder.";
    return null;
  }
  again();
  drawn.push(again);
  followCells(plot, figure, again);
  followPoints(plot, figure, again);
  return again;
}

const redraw = () => drawn.forEach((again) => again());
scheme.addEventListener("change", redraw);
printing.addEventListener("change", redraw);
