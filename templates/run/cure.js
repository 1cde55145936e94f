// Fixes of the cell of a run: a table, the losses before and after, and lines to paste.
function cured(cure, view) {
  if (!cure) {
    return view.class === "good" || !view.fix ? "" : element("p", { class: "note" }, element("code", {}, view.fix), " trains suggested fixes and shows the results here.");
  }
  const made = element("section", { "aria-labelledby": "cure" },
    element("h2", { id: "cure" }, "Fixes of this cell"),
    element("p", { class: "lead" }, `${cure.diagnosis}: ${cure.status}${cure.by ? " by " + cure.by : ""}.`));
  if (cure.decided) made.append(element("p", {}, `Two causes fit; ${cure.decided}.`));
  if (!cure.rows.length) made.append(element("p", { class: "note" }, cure.rejected.length ? "No suggested fix applies to this cell." : "No fix is known for this diagnosis."));
  else made.append(table(["Fix", "Change", "Works in", `Median ${cure.measure} before`, "After"],
    cure.rows.map((r) => [r.remedy, r.edits, r.cured + (r.verified ? " ✓ verified" : ""), r.before, r.after]), [3, 4], "Fixes"));
  if (cure.toml) made.append(element("p", {}, "Smallest verified fix; set in ", element("code", {}, cure.sections), ":"), source(cure.toml));
  if (cure.drawn) loadCure(made, view.index);
  return made;
}

// All runs of the cell share the figure, which has a script of its own.
function loadCure(holder, cell) {
  window.sweepCure = (text) => unpacked(text).then((cure) => cure && showCure(holder, cure));
  if (inOneFile) window.sweepCure(packedPart(`cure-${cell}`));
  else document.head.append(element("script", { src: `fixes/${cell}.js` }));
}

function showCure(holder, cure) {
  const figure = figureElement(cure.figure);
  holder.querySelector("h2").after(...holder.querySelectorAll(":scope > .lead"), figure);
  const start = () => {
    const again = draw(figure, cure.figure);
    if (!again) return;
    const show = () => { showLines(cure); again(); };
    figure.querySelector(".controls").prepend(...cure.lines.map((line) => lineBox(line, show)));
  };
  later.push({ holder: figure, start });
  drawLater();
}

// Shows the checked lines, and the range of the axis that they need.
function showLines({ figure, lines }) {
  for (const line of lines) {
    figure.plot.data.slice(line.traces.start, line.traces.end).forEach((trace) => { trace.visible = line.shown; });
  }
  const ranges = lines.filter((line) => line.shown && line.range).map((line) => line.range);
  if (ranges.length) figure.plot.layout.yaxis.range = [Math.min(...ranges.map((r) => r[0])), Math.max(...ranges.map((r) => r[1]))];
}

// A checkbox that shows and hides one fix, with a sample of its line.
function lineBox(line, show) {
  const box = element("input", { type: "checkbox" });
  box.checked = line.shown;
  const swatch = element("i", { class: "stroke", "aria-hidden": "true" });
  const paint = () => { swatch.style.borderTop = `3px ${line.border} ${colour(line.colour)}`; };
  paint();
  drawn.push(paint);
  const label = element("label", { class: "line" }, box, swatch, line.label);
  const mark = () => label.classList.toggle("off", !line.shown);
  mark();
  box.addEventListener("change", () => {
    line.shown = box.checked;
    mark();
    show();
  });
  return label;
}
