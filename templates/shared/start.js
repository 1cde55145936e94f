// Starts the scripts of the page.
const follow = startStandalone();
themeOfPage();
const starts = { "[data-sweep]": sweepPage, "[data-run]": loadRun, "[data-inspect]": loadInspection, "[data-compare]": comparePage, "[data-search]": searchOfPage, "[data-running]": followTraining };
for (const [selector, start] of Object.entries(starts)) {
  const holder = document.querySelector(selector);
  if (holder) start(holder);
}
follow?.();
