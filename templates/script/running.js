// The page of a sweep that is being trained loads itself anew, but not while somebody uses it, and no
// longer once it has not been written for a while: then nobody writes it any more.
function followTraining(line) {
  const [written, least, stale] = ["written", "every", "stale"].map((name) => Number(line.dataset[name]));
  // The machine is busy training: loading takes no more than a quarter of the time.
  const every = Math.max(least, Math.ceil(4 * performance.now() / 1000));
  const told = line.querySelector("[data-told]");
  const today = new Date().toDateString() === new Date(written).toDateString();
  const since = new Date(written)[today ? "toLocaleTimeString" : "toLocaleString"]();
  const isOld = () => Date.now() - written > 1000 * stale;
  const button = element("button", { type: "button" });
  told.after(" ", button);
  told.setAttribute("aria-live", "polite");
  let paused = false;
  const tell = () => {
    line.querySelector("[data-old]").hidden = !isOld();
    told.textContent = isOld() ? `Nothing new since ${since}.`
      : paused ? `Shown as it was at ${since}, and left so while you use it.`
        : `This page loads itself anew every ${every} s.`;
    button.textContent = paused || isOld() ? "Load it anew" : "Pause";
  };
  const pause = () => { paused = true; tell(); };
  button.addEventListener("click", () => (paused || isOld() ? location.reload() : pause()));
  // Whatever is opened, chosen or typed in the page would be lost.
  const main = line.closest("main");
  const used = (event) => {
    const of = event.target.closest?.("a, button, input, select, summary, .plot, [tabindex]");
    if (of && !paused && main.contains(of) && !line.contains(of)) pause();
  };
  ["focusin", "input", "pointerdown"].forEach((kind) => document.addEventListener(kind, used));
  tell();
  const clock = setInterval(() => {
    if (isOld()) { tell(); clearInterval(clock); return; }
    if (!paused && !document.hidden && getSelection().isCollapsed) location.reload();
  }, 1000 * every);
}
