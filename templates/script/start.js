// What starts when the page is there.
themeOfPage();
const starts = { "[data-sweep]": sweepPage, "[data-run]": loadRun, "[data-compare]": comparePage, "[data-search]": searchOfPage };
for (const [selector, start] of Object.entries(starts)) {
  const holder = document.querySelector(selector);
  if (holder) start(holder);
}
