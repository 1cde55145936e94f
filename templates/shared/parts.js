// Elements and tables from text: text from files is never interpreted as markup.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, key === "href" ? address(value) : value);
  for (const child of children) if (child !== null && child !== undefined) made.append(child);
  return made;
}

// `numeric`: all columns but the first, or a list of columns.
function row(tag, cells, numeric) {
  const isNumeric = (i) => (Array.isArray(numeric) ? numeric.includes(i) : numeric);
  return element("tr", {}, ...cells.map((text, i) =>
    element(i === 0 && tag === "td" ? "th" : tag,
      i === 0 && tag === "td" ? { scope: "row" } : tag === "th" ? { scope: "col", class: i && isNumeric(i) ? "num" : "" } : { class: isNumeric(i) ? "num" : "value" },
      text)));
}

function table(head, rows, numeric, label) {
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    element("table", { class: "grid" },
      head ? element("thead", {}, row("th", head, numeric)) : null,
      element("tbody", {}, ...rows.map((cells) => row("td", cells, numeric)))));
}

// Escapes text for plotly, which interprets some HTML and placeholders after a percent sign.
const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("%{", "% {");

// Text to copy, with a button if the browser allows it.
function source(text) {
  const made = element("div", { class: "copied" }, element("pre", { class: "source", tabindex: "0" }, element("code", {}, text)));
  if (!navigator.clipboard) return made;
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", () => navigator.clipboard.writeText(text).then(
    () => { button.textContent = "Copied"; },
    () => { button.textContent = "Copying is not allowed"; }));
  made.append(button);
  return made;
}

// Decompresses the data of a script: JSON, deflate, base64 (src/report/shared/packed.rs).
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

// A number of a cell, with its spread over the seeds below.
const numbered = (n) => [n.median, n.spread ? element("span", { class: "sub" }, n.spread) : null];

// Messages for a missing or unreadable script of all cells.
const noCells = "The file cells.js is missing from the folder of this sweep. `sweep report FILE` writes it.";
const unreadCells = (why) => `This browser can't read cells.js: ${why}.`;
