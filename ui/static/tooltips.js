// Runs once when the page has loaded: citations and verdicts have a tooltip on hover and on focus. Its text comes as
// their title, which the chat's sanitizer keeps; here it becomes their label for screen readers and the one tooltip.
() => {
  const tooltip = document.createElement("div");
  tooltip.id = "tooltip";
  tooltip.setAttribute("role", "tooltip");
  tooltip.hidden = true;
  document.body.append(tooltip);
  const SUBJECTS = "#chat :is(button.cite, button.verdict)";

  const learn = () => {
    for (const button of document.querySelectorAll(`${SUBJECTS}[title]`)) {
      button.dataset.tooltip = button.title;
      button.setAttribute("aria-label", `${button.textContent} ${button.title}`);
      button.removeAttribute("title");
    }
  };

  const show = (button) => {
    const lines = button.dataset.tooltip.split("\n").map((line) => {
      const part = document.createElement("p");
      part.textContent = line;
      part.dir = "auto";
      return part;
    });
    tooltip.replaceChildren(...lines);
    tooltip.className = button.classList.contains("cite") ? "cited" : "";
    tooltip.hidden = false;
    const at = button.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left), innerWidth - tooltip.offsetWidth - 8);
    const above = at.top - tooltip.offsetHeight - 6;
    tooltip.style.left = `${left}px`;
    tooltip.style.top = `${above > 8 ? above : at.bottom + 6}px`;
  };

  const hide = () => {
    tooltip.hidden = true;
  };

  for (const event of ["mouseover", "focusin"]) {
    document.addEventListener(event, ({ target }) => {
      const button = target.closest?.(SUBJECTS);
      if (button?.dataset.tooltip) show(button);
      else if (!document.activeElement?.matches(SUBJECTS)) hide();
    });
  }
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  new MutationObserver(learn).observe(document.body, { childList: true, subtree: true });
}
