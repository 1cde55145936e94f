// Elements from text: text from files is never interpreted as markup.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, key === "href" ? address(value) : value);
  for (const child of children) if (child !== null && child !== undefined) made.append(child);
  return made;
}

// Escapes text for plotly, which interprets some HTML and placeholders after a percent sign.
const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("%{", "% {");

// Inserts the body of a page, with escaped text, from a template in Rust.
function insert(holder, body) {
  holder.innerHTML = body;
  for (const link of holder.querySelectorAll("a[href]")) link.setAttribute("href", address(link.getAttribute("href")));
  holder.querySelectorAll("[data-copy]").forEach(copyButton);
}

// A button that copies the text before it, if the browser allows it.
function copyButton(holder) {
  if (!navigator.clipboard) return;
  const text = holder.textContent;
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", () => navigator.clipboard.writeText(text).then(
    () => { button.textContent = "Copied"; },
    () => { button.textContent = "Copying is not allowed"; }));
  holder.append(button);
}

// Decompresses the data of a script: JSON, deflate, base64 (src/report/shared/packed.rs).
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

// Messages for a missing or unreadable script of all cells.
const noCells = "The file cells.js is missing from the folder of this sweep. `sweep report FILE` writes it.";
const unreadCells = (why) => `This browser can't read cells.js: ${why}.`;
