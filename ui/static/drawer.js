// Runs once when the page has loaded: a button `open-NAME` opens the drawer NAME. A closed drawer is inert, so that
// neither the keyboard nor a screen reader can enter it.
() => {
  let opener = null;

  const close = () => {
    const open = document.querySelector(".drawer.open");
    if (!open) return;
    open.classList.remove("open");
    open.inert = true;
    opener?.setAttribute("aria-expanded", "false");
    opener?.focus();
  };

  const show = (drawer, button) => {
    close();
    opener = button;
    drawer.inert = false;
    drawer.classList.add("open");
    button.setAttribute("aria-expanded", "true");
    drawer.focus();
  };

  for (const drawer of document.querySelectorAll(".drawer")) {
    drawer.inert = true;
    drawer.tabIndex = -1;
    drawer.setAttribute("role", "dialog");
    drawer.setAttribute("aria-label", drawer.querySelector("h2").textContent);
    const button = document.querySelector(`#open-${drawer.id}`);
    button.setAttribute("aria-controls", drawer.id);
    button.setAttribute("aria-expanded", "false");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[id^=open-]");
    const drawer = button && document.getElementById(button.id.replace("open-", ""));
    if (drawer?.classList.contains("open")) close();
    else if (drawer) show(drawer, button);
    else if (event.target.closest(".close-drawer, [name=reopen]")) close();
    else if (!event.target.closest(".drawer, .options, [role=listbox]")) close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
