// The inspection of a run: one slider for all figures.
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
  const id = new URLSearchParams(location.search).get("run");
  unpacked(text).then((seen) => showInspection(holder, seen), (why) => say(holder, `The inspection can't be read: ${why}. Run: sweep inspect ${id.slice(0, 12)}`, "Not readable"));
};

// Sets a figure to the values of a snapshot.
function setMoment(moving, moment) {
  for (const change of moving.changes) moving.figure.plot.data[change.trace][change.key] = change.frames[moment];
}

// Inserts the body of the page (templates/inspect/replay.html). Visible figures follow the slider.
function showInspection(holder, seen) {
  insert(holder, seen.body);
  document.title = holder.querySelector("h1").textContent;
  const group = holder.querySelector(".slider");
  const [slider, label] = [group.querySelector("input"), group.querySelector("output")];
  const shown = new Map();
  const showMoment = () => {
    label.textContent = seen.moments[slider.value];
    slider.setAttribute("aria-valuetext", label.textContent);
  };
  // Once per animation frame.
  let asked = 0;
  const follow = () => {
    showMoment();
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => shown.forEach((again, moving) => { setMoment(moving, Number(slider.value)); again(); }));
  };
  const panels = (part) => {
    for (const figure of part.querySelectorAll("[data-figure]")) {
      const moving = seen.figures[figure.dataset.figure];
      later.push({
        holder: figure,
        start: () => {
          // The slider can have moved since.
          setMoment(moving, Number(slider.value));
          const again = draw(figure, moving.figure);
          if (again) shown.set(moving, again);
        },
      });
    }
    drawLater();
  };
  slider.addEventListener("input", follow);
  playButton(group.querySelector("button"), slider, follow);
  showMoment();
  panels(holder);
  selectedLayer(holder, panels);
}

// Plays from the start, or continues.
function playButton(button, slider, follow) {
  const last = Number(slider.max);
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
}

// Shows the selected one of many layers.
function selectedLayer(holder, panels) {
  const select = holder.querySelector("[data-layer]");
  if (!select) return;
  const place = holder.querySelector("[data-panel]");
  const layers = holder.querySelectorAll("[data-panel] ~ template");
  const show = () => {
    place.replaceChildren(layers[select.selectedIndex].content.cloneNode(true));
    panels(place);
  };
  select.addEventListener("change", show);
  show();
}
