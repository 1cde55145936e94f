// What starts when the page is there.
themeOfPage();
figuresOfPage();
const holder = document.querySelector("[data-run]");
if (holder) loadRun(holder);
