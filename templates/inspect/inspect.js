// The inspection of a run: one slider for all figures.
const mostPanels = 6;
const playEvery = 220;

function loadInspection(holder) {
  const id = new URLSearchParams(location.search).get("run");
  if (id === null || !/^[0-9a-f]{32}$/.test(id)) return say(holder, "The address has no valid run ID of 32 hexadecimal digits.");
  const script = element("script", { src: `inspect/${id}.js` });
  script.addEventListener("error", () => say(holder, `This run has not been inspected. Run: sweep inspect ${id.slice(0, 12)}`, "Not inspected"));
  document.head.append(script);
}

// The script of an inspection calls this with its data.
window.sweepInspection = (text) => {
  const holder = document.querySelector("[data-inspect]");
  unpacked(text).then((seen) => showInspection(holder, seen), (why) => say(holder, `This browser can't read the inspection: ${why}.`));
};

// Sets a figure to the values of a snapshot.
function setMoment(moving, moment) {
  for (const change of moving.changes) moving.figure.plot.data[change.trace][change.key] = change.frames[moment];
}

function showInspection(holder, seen) {
  const view = seen.view;
  const last = view.moments.length - 1;
  document.title = `Inspection of ${view.cell}, seed ${view.seed}`;
  const shown = new Map();
  const slider = element("input", { type: "range", min: 0, max: last, step: 1, value: last, "aria-label": "Training step" });
  const label = element("output", {});
  // Visible figures follow the slider, once per animation frame.
  let asked = 0;
  const follow = () => {
    const moment = Number(slider.value);
    label.textContent = view.moments[moment];
    slider.setAttribute("aria-valuetext", view.moments[moment]);
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => shown.forEach((again, moving) => { setMoment(moving, moment); again(); }));
  };
  slider.addEventListener("input", follow);
  const panel = (moving) => {
    const made = figureElement(moving.figure);
    later.push({
      holder: made,
      start: () => {
        // The slider can have moved since.
        setMoment(moving, Number(slider.value));
        const again = draw(made, moving.figure);
        if (again) shown.set(moving, again);
      },
    });
    return made;
  };
  const part = (id, title, panels, none) => element("section", { "aria-labelledby": id }, element("h2", { id }, title),
    panels ? panels : element("p", { class: "note" }, none));
  const page = { href: `run.html?run=${view.id}` };
  holder.replaceChildren(
    element("header", { class: "top" },
      element("h1", {}, `Inspection of ${view.cell}, seed ${view.seed}`),
      element("p", { class: view.same_bits ? "lead" : "warning" }, view.again),
      element("p", { class: "note" }, element("a", page, "Page of the run"))),
    element("div", { class: "slider", role: "group", "aria-label": "Snapshot" }, playButton(slider, last, follow), slider, label),
    seen.outputs ? part("outputs", "Predictions", panel(seen.outputs)) : "",
    part("path", "Loss landscape", seen.surface && panel(seen.surface), "The weights never moved, or were never finite: there is no trajectory."),
    seen.weights.length ? part("weights", "Weights by layer", weightPanels(seen.weights, panel, shown)) : "",
  );
  label.textContent = view.moments[last];
  slider.setAttribute("aria-valuetext", view.moments[last]);
  drawLater();
}

// Plays from the start, or continues.
function playButton(slider, last, follow) {
  const button = element("button", { type: "button" }, "▶ Play");
  let clock = null;
  const stop = () => { clearInterval(clock); clock = null; button.textContent = "▶ Play"; };
  const step = () => {
    if (Number(slider.value) >= last) return stop();
    slider.value = Number(slider.value) + 1;
    follow();
  };
  button.addEventListener("click", () => {
    if (clock !== null) return stop();
    if (Number(slider.value) >= last) { slider.value = 0; follow(); }
    button.textContent = "❚❚ Stop";
    clock = setInterval(step, playEvery);
  });
  slider.addEventListener("pointerdown", stop);
  return button;
}

// Shows all layers; of many, the selected one.
function weightPanels(weights, panel, shown) {
  if (weights.length <= mostPanels) return element("div", { class: "pair" }, ...weights.map(panel));
  const select = element("select", {}, ...weights.map((w, i) => element("option", { value: i }, w.figure.title)));
  const place = element("div", {}, panel(weights[0]));
  select.addEventListener("change", () => {
    weights.forEach((moving) => shown.delete(moving));
    place.replaceChildren(panel(weights[Number(select.value)]));
    drawLater();
  });
  return element("div", {}, element("div", { class: "controls" }, element("label", {}, "layer ", select)), place);
}
