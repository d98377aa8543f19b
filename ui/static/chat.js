// Runs once when the page has loaded: keeps the newest question in view while its answer grows
// below it, so that the answer can be read from its beginning, until the user scrolls.
() => {
  let questions = 0;
  let following = false;

  const follow = () => {
    const log = document.querySelector("#chat [role=log]");
    const asked = log?.querySelectorAll(".asked") ?? [];
    if (asked.length > questions) following = true;
    questions = asked.length;
    if (!following || !questions) return;
    const newest = asked[questions - 1].closest(".message-row");
    log.scrollTop += newest.getBoundingClientRect().top - log.getBoundingClientRect().top;
  };

  const leave = (event) => {
    if (event.target.closest("#chat")) following = false;
  };

  const inChat = (record) => record.target.closest?.("#chat");
  const look = (records) => records.some(inChat) && follow();

  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  for (const gesture of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    document.addEventListener(gesture, leave, { passive: true });
  }
}
