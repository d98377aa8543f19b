// Runs once for the table of articles (gr.HTML's js_on_load): an article is fetched again, or removed
// after confirmation.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button:is([name=remove], [name=refresh])");
  if (!button) return;
  if (button.name === "refresh") {
    trigger("retry", { article: button.value });
  } else if (confirm(`Remove “${button.title}” from the library?`)) {
    trigger("click", { article: button.value });
  }
});
