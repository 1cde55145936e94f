// What was tried on the cell of a run: the numbers, the losses before and after, the lines to paste.
function cured(cure, view) {
  if (!cure) {
    return view.class === "good" ? "" : element("p", { class: "note" }, element("code", {}, view.fix), " trains what should cure it, and tells here what came of it.");
  }
  const made = element("section", { "aria-labelledby": "cure" },
    element("h2", { id: "cure" }, "What cures this cell"),
    element("p", { class: "lead" }, `${cure.diagnosis}: ${cure.status}${cure.by ? " by " + cure.by : ""}.`));
  if (cure.decided) made.append(element("p", {}, `Two causes would fit: ${cure.decided}.`));
  if (!cure.rows.length) made.append(element("p", { class: "note" }, "Nothing is prescribed for this."));
  else made.append(table(["Remedy", "Change", "Cured", `Median ${cure.measure} before`, "after"],
    cure.rows.map((r) => [r.remedy, r.edits, r.cured + (r.verified ? " ✓ verified" : ""), r.before, r.after]), [3, 4], "What was tried"));
  if (cure.toml) made.append(element("p", {}, "The smallest change that is verified, to be pasted into the sweep file:"), source(cure.toml));
  if (cure.drawn) loadCure(made, view.index);
  return made;
}

// The figure is one for all runs of the cell, and comes in a script of its own.
function loadCure(holder, cell) {
  window.sweepCure = (text) => unpacked(text).then((cure) => cure && showCure(holder, cure));
  if (inOneFile) window.sweepCure(packedPart(`cure-${cell}`));
  else document.head.append(element("script", { src: `cures/${cell}.js` }));
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

// Draws the lines that are ticked, and as much of the axis as they need.
function showLines({ figure, lines }) {
  for (const line of lines) {
    figure.plot.data.slice(line.traces.start, line.traces.end).forEach((trace) => { trace.visible = line.shown; });
  }
  const ranges = lines.filter((line) => line.shown && line.range).map((line) => line.range);
  if (ranges.length) figure.plot.layout.yaxis.range = [Math.min(...ranges.map((r) => r[0])), Math.max(...ranges.map((r) => r[1]))];
}

// A box that shows and hides what belongs to one change, with its stroke beside it.
function lineBox(line, show) {
  const box = element("input", { type: "checkbox" });
  box.checked = line.shown;
  const swatch = element("i", { class: "stroke", "aria-hidden": "true" });
  const paint = () => { swatch.style.borderTop = `3px ${line.border} ${colour(line.colour)}`; };
  paint();
  drawn.push(paint);
  const label = element("label", { class: "line" }, box, swatch, line.label);
  const tell = () => label.classList.toggle("off", !line.shown);
  tell();
  box.addEventListener("change", () => {
    line.shown = box.checked;
    tell();
    show();
  });
  return label;
}
