// Runs once for the source pane (gr.HTML's js_on_load): `element` is the pane, `trigger` sends
// an event to Python, `watch` tells when a new article was shown.
const pane = element.closest("#source-pane");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let opener = null;

// it scrolls, so the keyboard must reach it
pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", "Source");

const opened = () => element.querySelector("[data-opened]")?.dataset.opened;

const showSentence = () => {
  const mark = element.querySelector("mark");
  const distance = mark ? mark.getBoundingClientRect().top - pane.getBoundingClientRect().top : 0;
  const top = mark ? pane.scrollTop + distance - pane.clientHeight / 3 : 0;
  pane.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
};

// on a phone the pane is a sheet over the page; on a wide screen the class changes nothing
const openSheet = () => {
  pane.classList.add("open");
  showSentence();
};

const closeSheet = () => {
  pane.classList.remove("open");
  opener?.focus();
};

document.addEventListener("click", (event) => {
  // a pane that was taken out of the page leaves its listener behind
  if (!element.isConnected) return;
  if (event.target.closest("#close-pane")) closeSheet();
  const button = event.target.closest("button[name=open]");
  if (!button) return;
  opener = button;
  if (button.value === opened()) openSheet();
  else trigger("click", { place: button.value });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.isConnected) closeSheet();
});

watch("value", () => {
  if (opened()) openSheet();
});
