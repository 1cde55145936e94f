// Light, dark, or as the system has it: chosen once for all pages of the report. The head of every page
// puts a choice in place before anything is drawn.
const themes = [["", "as the system"], ["light", "light"], ["dark", "dark"]];

function chooseTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  try {
    if (theme) localStorage.setItem("sweep-theme", theme);
    else localStorage.removeItem("sweep-theme");
  } catch {
    // Where nothing can be kept, the choice holds for this page.
  }
  redraw();
}

function themeOfPage() {
  const bar = document.querySelector("[data-topbar]");
  if (!bar) return;
  const select = element("select", {}, ...themes.map(([value, label]) => element("option", { value }, label)));
  select.value = document.documentElement.dataset.theme || "";
  select.addEventListener("change", () => chooseTheme(select.value));
  bar.append(element("label", {}, "Colours ", select));
}
