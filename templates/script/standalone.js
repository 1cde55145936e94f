// Everything in one file, to be mailed: the pages of runs and the comparison are shown in place of the
// sweep's, by what stands behind the # of the address. Elsewhere each is a file of its own.
const inOneFile = document.body.dataset.standalone !== undefined;

// The address of another page of the sweep, as it is in this report.
function address(to) {
  if (!inOneFile || typeof to !== "string") return to;
  const [, file, rest] = /^(index|run|compare)[.]html(.*)$/.exec(to) || [];
  if (!file) return to;
  if (file === "index") return rest || "#main";
  return "#" + (rest.slice(1) || "cells=");
}

// What the address asks for: ?run=… or ?cells=….
const asksFor = () => (inOneFile ? location.hash.slice(1) : location.search);

// A run that stands packed in this file, or the cures of a cell: cure-3.
const packedPart = (name) => document.querySelector(`script[data-packed="${name}"]`)?.textContent;

function startStandalone() {
  if (!inOneFile) return null;
  for (const link of document.querySelectorAll('a[href^="run.html"]')) {
    link.setAttribute("href", address(link.getAttribute("href")));
  }
  const sweep = document.querySelector("main");
  const title = document.title;
  const other = element("main", { id: "other", tabindex: "-1", hidden: "" });
  sweep.after(other);
  let left = 0;
  const open = (kind) => {
    if (!sweep.hidden) left = scrollY;
    const holder = element("div", kind === "run" ? { "data-run": "" } : { "data-compare": "" });
    other.replaceChildren(element("nav", { class: "crumbs", "aria-label": "Way back" }, element("a", { href: "#main" }, title)), holder);
    sweep.hidden = true;
    other.hidden = false;
    if (kind === "run") loadRun(holder);
    else { document.title = `Compare cells · ${title}`; comparePage(holder); }
    scrollTo(0, 0);
    other.focus({ preventScroll: true });
  };
  const back = () => {
    if (!sweep.hidden) return;
    other.replaceChildren();
    other.hidden = true;
    sweep.hidden = false;
    document.title = title;
    // Figures that were drawn meanwhile had no width.
    window.dispatchEvent(new Event("resize"));
    if (["", "#main"].includes(location.hash)) scrollTo(0, left);
    else document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  const follow = () => {
    const asked = /^#(run|cells)=/.exec(location.hash);
    if (asked) open(asked[1]); else back();
  };
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    (sweep.hidden ? other : sweep).querySelector("a, h1").focus();
  });
  window.addEventListener("hashchange", follow);
  return follow;
}
