// A live page refreshes, unless someone uses it, or it has not changed for a while: then training has
// probably ended.
function followTraining(line) {
  const [written, least, stale] = ["written", "every", "stale"].map((name) => Number(line.dataset[name]));
  // The machine is busy training: loading takes at most a quarter of the time.
  const every = Math.max(least, Math.ceil(4 * performance.now() / 1000));
  const status = line.querySelector("[data-status]");
  const today = new Date().toDateString() === new Date(written).toDateString();
  const since = new Date(written)[today ? "toLocaleTimeString" : "toLocaleString"]();
  const isOld = () => Date.now() - written > 1000 * stale;
  const button = element("button", { type: "button" });
  status.after(" ", button);
  status.setAttribute("aria-live", "polite");
  let paused = false;
  const show = () => {
    line.querySelector("[data-old]").hidden = !isOld();
    status.textContent = isOld() ? `No update since ${since}.`
      : paused ? `Paused at ${since}, because you use the page.`
        : `This page refreshes every ${every} s.`;
    button.textContent = paused || isOld() ? "Refresh" : "Pause";
  };
  const pause = () => { paused = true; show(); };
  button.addEventListener("click", () => (paused || isOld() ? location.reload() : pause()));
  // A refresh would lose everything that is open, selected or typed.
  const main = line.closest("main");
  const used = (event) => {
    const of = event.target.closest?.("a, button, input, select, summary, .plot, [tabindex]");
    if (of && !paused && main.contains(of) && !line.contains(of)) pause();
  };
  ["focusin", "input", "pointerdown"].forEach((kind) => document.addEventListener(kind, used));
  show();
  const clock = setInterval(() => {
    if (isOld()) { show(); clearInterval(clock); return; }
    if (!paused && !document.hidden && getSelection().isCollapsed) location.reload();
  }, 1000 * every);
}
