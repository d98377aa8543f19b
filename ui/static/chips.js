// Runs once for the chips over the question box (gr.HTML's js_on_load): a click on a chip removes its filter.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=chip]");
  if (button) trigger("click", { chip: button.value });
});
