// What starts when the page is there.
themeOfPage();
figuresOfPage();
const starts = { "[data-run]": loadRun, "[data-compare]": comparePage, "[data-search]": searchOfPage };
for (const [selector, start] of Object.entries(starts)) {
  const holder = document.querySelector(selector);
  if (holder) start(holder);
}
