// The losses before and after the fixes of a cell. All runs of the cell share the figure, which has a script of its own.
function loadFixes(holder) {
  const cell = holder.dataset.fixes;
  window.sweepCure = (text) => unpacked(text).then((cure) => cure && showCure(holder, cure));
  if (inOneFile) window.sweepCure(packedPart(`cure-${cell}`));
  else document.head.append(element("script", { src: `fixes/${cell}.js` }));
}

function showCure(holder, cure) {
  insert(holder, cure.body);
  const figure = holder.firstElementChild;
  holder.replaceWith(figure);
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
  if (ranges.length) figure.plot.layout.yaxis.range = around(ranges);
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
