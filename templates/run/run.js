// The page of the run in the address.
function say(holder, text, title = "Run not found") {
  holder.replaceChildren(
    element("header", { class: "top" }, element("h1", {}, title)),
    element("p", { class: "warning" }, text),
    element("p", {}, element("a", { href: "index.html#cells" }, "All runs of this sweep")),
  );
}

function loadRun(holder) {
  const id = new URLSearchParams(asksFor()).get("run");
  if (id === null) return say(holder, "The address has no run ID. Select a run on the page of the sweep.");
  if (!/^[0-9a-f]{32}$/.test(id)) return say(holder, "The address has no valid run ID of 32 hexadecimal digits.");
  const none = () => say(holder, "This sweep does not have this run. It can belong to an older version of the file, or is not trained yet.");
  if (inOneFile) {
    const text = packedPart(id);
    return text ? readRun(holder, text) : none();
  }
  const script = element("script", { src: `runs/${id}.js` });
  script.addEventListener("error", none);
  document.head.append(script);
}

// The script of a run calls this with its data.
window.sweepRun = (text) => readRun(document.querySelector("[data-run]"), text);

function readRun(holder, text) {
  unpacked(text).then((run) => { if (holder.isConnected) showRun(holder, run); }, (why) => say(holder, `This browser can't read the run: ${why}.`));
}

// Inserts the body of the page (templates/run/body.html), the settings that all runs share, and the figures.
function showRun(holder, run) {
  insert(holder, run.body);
  document.title = holder.querySelector("h1").textContent;
  holder.querySelector("[data-settings]").prepend(document.getElementById("shared-settings").content.cloneNode(true));
  // In a standalone file, the fragment of the address selects the run and must not change.
  holder.querySelector('a[href="#cure"]')?.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("cure").scrollIntoView();
  });
  holder.querySelectorAll("[data-fixes]").forEach(loadFixes);
  drawFigures(holder, run.figures);
}
