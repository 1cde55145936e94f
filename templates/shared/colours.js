// Colors by name, in the current theme. The style sheet has all of them but those of the sequential scale.
const viridis = ["#440154", "#482878", "#3e4a89", "#31688e", "#26828e", "#1f9e89", "#35b779",
  "#6ece58", "#b5de2b", "#fde725"];
const scheme = window.matchMedia("(prefers-color-scheme: dark)");
const printing = window.matchMedia("print");
// A selected theme takes precedence over that of the system; paper is light.
const chosenTheme = () => document.documentElement.dataset.theme;
const isDark = () => (chosenTheme() ? chosenTheme() === "dark" : scheme.matches) && !printing.matches;
// The number of colors for things without an order; more things repeat them.
const hues = Number(getComputedStyle(document.documentElement).getPropertyValue("--hues"));

// A color by its name: @ink, @c0, @s0.25, @d-dead-relu, with an optional opacity after a slash.
function colour(name) {
  if (typeof name !== "string" || name[0] !== "@") return name;
  const [key, opacity] = name.slice(1).split("/");
  let hex;
  if (key[0] === "s" && !isNaN(key.slice(1))) {
    // The palest yellow is invisible on white, the darkest violet on black.
    const t = Number(key.slice(1));
    hex = mix(viridis, isDark() ? 0.22 + 0.78 * t : 0.84 * t);
  } else if (key[0] === "c" && !isNaN(key.slice(1))) {
    hex = ofSheet(`--c${Number(key.slice(1)) % hues}`);
  } else if (key.startsWith("d-")) {
    hex = ofSheet("--" + key);
  } else {
    hex = ofSheet("--figure-" + key);
  }
  if (!opacity) return hex;
  const [r, g, b] = rgb(hex);
  return `rgba(${r},${g},${b},${opacity})`;
}
// A color of the style sheet, in the current theme.
const sheet = new Map();
function ofSheet(name) {
  const key = `${name} ${isDark()}`;
  if (!sheet.has(key)) sheet.set(key, probed(name));
  return sheet.get(key);
}
function probed(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name}, var(--figure-ink))`;
  document.body.append(probe);
  const parts = getComputedStyle(probe).color.match(/\d+/g);
  probe.remove();
  return "#" + parts.slice(0, 3).map((v) => Number(v).toString(16).padStart(2, "0")).join("");
}
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
function mix(stops, t) {
  const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const i = Math.min(Math.floor(at), stops.length - 2);
  const [a, b] = [rgb(stops[i]), rgb(stops[i + 1])];
  const hex = a.map((v, k) => Math.round(v + (b[k] - v) * (at - i)).toString(16).padStart(2, "0"));
  return "#" + hex.join("");
}

// A copy of a part of a figure, with names of colors replaced by colors.
function coloured(part) {
  if (Array.isArray(part)) return part.map(coloured);
  if (part && typeof part === "object") {
    const copy = {};
    for (const key of Object.keys(part)) {
      const value = part[key];
      copy[key] = /color$/i.test(key) && typeof value === "string" ? colour(value) : coloured(value);
    }
    return copy;
  }
  return part;
}
