// What starts when the page is there.
figuresOfPage();
const holder = document.querySelector("[data-run]");
if (holder) loadRun(holder);
