// Runs once for the source pane (gr.HTML's js_on_load): `element` is the pane, `trigger` sends
// an event to Python, `watch` reports when another article is shown.
const pane = element.closest("#source-pane");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 820px)");
let opener = null;
let cited = [];
let stepped = null;

// it scrolls, so it must be reachable by keyboard
pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", "Source");

const opened = () => element.querySelector("[data-opened]")?.dataset.opened;

const showSentence = () => {
  const mark = element.querySelector("mark.opened");
  const distance = mark ? mark.getBoundingClientRect().top - pane.getBoundingClientRect().top : 0;
  const top = mark ? pane.scrollTop + distance - pane.clientHeight / 3 : 0;
  pane.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
};

// on a phone the pane is a sheet over the page, which takes the focus
const openSheet = () => {
  pane.classList.add("open");
  showSentence();
  if (stepped) keepStepping();
  else if (narrow.matches) pane.focus({ preventScroll: true });
};

const closeSheet = () => {
  pane.classList.remove("open");
  opener?.focus();
};

// a step replaces the article: the same button keeps the focus, or at either end the other one
const keepStepping = () => {
  const button = element.querySelector(`.${stepped}:enabled`) ?? element.querySelector(".step:enabled");
  button?.focus({ preventScroll: true });
  stepped = null;
};

// the distinct citations of an answer, in order
const citedBeside = (button) => {
  const answer = button.closest(".answer");
  const numbers = answer?.querySelectorAll("button.cite[name=open]") ?? [];
  return [...new Set([...numbers].map((each) => each.value))];
};

const open = (button) => {
  if (button.matches(".step")) {
    stepped = button.matches(".next") ? "next" : "previous";
  } else {
    cited = citedBeside(button);
    if (!pane.contains(button)) opener = button;
  }
  // the article may be shown already; it is fetched again all the same, as it may have changed
  if (button.value === opened() && !stepped) openSheet();
  trigger("click", { place: button.value, cited });
};

document.addEventListener("click", (event) => {
  // the listener of a pane outlives its removal from the page
  if (!element.isConnected) return;
  if (event.target.closest("#close-pane")) closeSheet();
  const button = event.target.closest("button[name=open]");
  if (button) open(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.isConnected) closeSheet();
});

watch("value", () => {
  if (opened()) openSheet();
});
