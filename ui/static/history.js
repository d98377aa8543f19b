// Runs once for the list of conversations (gr.HTML's js_on_load): a click opens one, or deletes it after confirmation.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.name === "reopen") trigger("select", { conversation: button.value });
  if (button?.name === "forget" && confirm(`Delete “${button.title}” from this browser?`)) {
    trigger("delete", { conversation: button.value });
  }
});
