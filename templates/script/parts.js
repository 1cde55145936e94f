// Elements and tables, made from text: nothing that a file says is ever read as markup.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, key === "href" ? address(value) : value);
  for (const child of children) if (child !== null && child !== undefined) made.append(child);
  return made;
}

// Numeric are all columns but the first, or those of a list.
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

// Text for plotly, which reads some HTML in it and fills in what stands after a percent sign.
const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("%{", "% {");

// Lines to be copied, with a button where the browser lets a page do that.
function source(text) {
  const made = element("div", { class: "copied" }, element("pre", { class: "source", tabindex: "0" }, element("code", {}, text)));
  if (!navigator.clipboard) return made;
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", () => navigator.clipboard.writeText(text).then(
    () => { button.textContent = "Copied"; },
    () => { button.textContent = "Not allowed here"; }));
  made.append(button);
  return made;
}

// The digits of src/report/packed.rs, by their codes.
const digits = new Uint8Array(128);
[..."!#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz|~"].forEach((digit, value) => { digits[digit.charCodeAt(0)] = value; });

// Five digits are four bytes; of the last group those that are missing count as the highest.
function bytesOf(text) {
  const groups = Math.ceil(text.length / 5);
  const bytes = new DataView(new ArrayBuffer(4 * groups));
  for (let group = 0; group < groups; group++) {
    let value = 0;
    for (let at = 5 * group; at < 5 * group + 5; at++) value = 85 * value + (at < text.length ? digits[text.charCodeAt(at)] : 84);
    bytes.setUint32(4 * group, value);
  }
  return bytes.buffer.slice(0, text.length - groups);
}

// What the script of a run holds: its JSON, deflated, in such digits.
async function unpacked(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

// A number of a cell, with its spread over the seeds below.
const numbered = (n) => [n.median, n.spread ? element("span", { class: "sub" }, n.spread) : null];

// What to say where the script of all cells is not there, or can't be read.
const noCells = "The file cells.js is missing from the folder of this sweep. Write the report again: sweep report.";
const unreadCells = (why) => `This browser can't read the cells: ${why}.`;
