// The theme: light, dark or that of the system, for all pages of the report. The head of every page sets it
// before anything is drawn.
const themes = [["", "system"], ["light", "light"], ["dark", "dark"]];

function chooseTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  try {
    if (theme) localStorage.setItem("sweep-theme", theme);
    else localStorage.removeItem("sweep-theme");
  } catch {
    // Without storage, the theme applies to this page only.
  }
  redraw();
}

function themeOfPage() {
  const bar = document.querySelector("[data-topbar]");
  if (!bar) return;
  const select = element("select", {}, ...themes.map(([value, label]) => element("option", { value }, label)));
  select.value = document.documentElement.dataset.theme || "";
  select.addEventListener("change", () => chooseTheme(select.value));
  bar.append(element("label", {}, "Theme ", select));
}
