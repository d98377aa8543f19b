// Runs once when the page has loaded: a citation or a verdict tells its words on hover and on focus. They come as its
// title, which the chat's sanitizer keeps; here they become its label for screen readers and the text of one popover.
() => {
  const popover = document.createElement("div");
  popover.id = "told";
  popover.setAttribute("role", "tooltip");
  popover.hidden = true;
  document.body.append(popover);
  const TELLS = "#chat :is(button.cite, button.verdict)";

  const learn = () => {
    for (const button of document.querySelectorAll(`${TELLS}[title]`)) {
      button.dataset.told = button.title;
      button.setAttribute("aria-label", `${button.textContent} ${button.title}`);
      button.removeAttribute("title");
    }
  };

  const show = (button) => {
    const lines = button.dataset.told.split("\n").map((line) => {
      const part = document.createElement("p");
      part.textContent = line;
      part.dir = "auto";
      return part;
    });
    popover.replaceChildren(...lines);
    popover.className = button.classList.contains("cite") ? "cited" : "";
    popover.hidden = false;
    const at = button.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left), innerWidth - popover.offsetWidth - 8);
    const above = at.top - popover.offsetHeight - 6;
    popover.style.left = `${left}px`;
    popover.style.top = `${above > 8 ? above : at.bottom + 6}px`;
  };

  const hide = () => {
    popover.hidden = true;
  };

  for (const event of ["mouseover", "focusin"]) {
    document.addEventListener(event, ({ target }) => {
      const button = target.closest?.(TELLS);
      if (button?.dataset.told) show(button);
      else if (!document.activeElement?.matches(TELLS)) hide();
    });
  }
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  new MutationObserver(learn).observe(document.body, { childList: true, subtree: true });
}
