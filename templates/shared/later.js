// Figures are drawn late: plotly.js is large, and loads only after the text is visible. If it is missing,
// figures say so.
const assets = document.currentScript.src;
let coming = null;
function plotly() {
  if (window.Plotly) return Promise.resolve();
  coming = coming || new Promise((done) => {
    const script = element("script", { src: assets.replace(/sweep\.js$/, "plotly.min.js") });
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    // After the first paint.
    requestAnimationFrame(() => setTimeout(() => document.head.append(script)));
  });
  return coming;
}

// Figures to draw: their holder, the function that draws them, and whether it is slow.
const later = [];

// Figures with very many curves are drawn only when they become visible, because they would block the page.
const manyCurves = 200;
const isQuick = (figure) => figure.plot.data.filter((trace) => isChosen(trace, figure, { by: 0 })).length < manyCurves;

// Draws the figures of a part of the page. A figure is in its element, or in a list.
function drawFigures(part, figures) {
  for (const holder of part.querySelectorAll("[data-figure]")) {
    const figure = figures ? figures[holder.dataset.figure] : JSON.parse(holder.querySelector('script[type="application/json"]').textContent);
    later.push({ holder, start: () => draw(holder, figure), isSlow: !isQuick(figure) });
  }
  drawLater();
}

// Draws figures when they come near the screen, the others one by one when the browser is idle (except slow
// ones), and all of them before printing.
async function drawLater() {
  const waiting = new Map(later.splice(0).map((figure) => [figure.holder, figure]));
  if (!waiting.size) return;
  await plotly();
  const near = new IntersectionObserver((seen) => {
    for (const entry of seen) if (entry.isIntersecting) start(entry.target);
  }, { rootMargin: "800px" });
  const start = (holder) => {
    const figure = waiting.get(holder);
    waiting.delete(holder);
    near.unobserve(holder);
    if (figure && holder.isConnected) figure.start();
  };
  for (const holder of waiting.keys()) near.observe(holder);
  const idle = window.requestIdleCallback || ((next) => setTimeout(next, 200));
  const rest = () => {
    const holder = [...waiting.keys()].find((other) => !waiting.get(other).isSlow);
    if (!holder) return;
    start(holder);
    idle(rest);
  };
  idle(rest);
  window.addEventListener("beforeprint", () => [...waiting.keys()].forEach(start));
}
