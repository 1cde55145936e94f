// The index: a search that shows only rows with all words.
function searchOfPage(holder) {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
  const input = element("input", { type: "search", placeholder: "title, file, diagnosis" });
  const count = element("span", { class: "note", "aria-live": "polite" });
  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter((word) => word);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = words.length ? `${shown} of ${rows.length} sweeps` : rows.length === 1 ? "1 sweep" : `${rows.length} sweeps`;
  };
  input.addEventListener("input", search);
  search();
  holder.append(element("p", { class: "search" }, element("label", {}, "Search ", input), " ", count));
}
