// Runs once for the table of articles (gr.HTML's js_on_load): asks before an article is removed.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=remove]");
  if (!button) return;
  if (confirm(`Remove “${button.title}” from the library?`)) {
    trigger("click", { article: button.value });
  }
});
