// The standalone file shows the pages of runs and the comparison in place of the sweep's, selected by the
// fragment of the address. Otherwise each page is a separate file.
const inOneFile = document.body.dataset.standalone !== undefined;

// The address of another page of the sweep.
function address(to) {
  if (!inOneFile || typeof to !== "string") return to;
  const [, file, rest] = /^(index|run|compare)[.]html(.*)$/.exec(to) || [];
  if (!file) return to;
  if (file === "index") return rest || "#main";
  return "#" + (rest.slice(1) || "cells=");
}

// The query of the address: ?run=… or ?cells=….
const asksFor = () => (inOneFile ? location.hash.slice(1) : location.search);

// A packed run in this file, or the fixes of a cell (cure-3).
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
    other.replaceChildren(element("nav", { class: "crumbs", "aria-label": "Breadcrumbs" }, element("a", { href: "#main" }, title)), holder);
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
    // Figures that were drawn in the background had no width.
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
