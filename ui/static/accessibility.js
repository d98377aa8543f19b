// Runs once when the page has loaded: corrects what Gradio presents to screen readers and the keyboard.
() => {
  const correct = () => {
    // Gradio labels every message with its source, which is HTML here
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
      message.removeAttribute("aria-label");
    }
    // an element whose children are buttons is not a list
    for (const examples of document.querySelectorAll("#chat .examples[role=list]")) examples.removeAttribute("role");
    // the label hides the visible text of the button
    for (const upload of document.querySelectorAll("button.upload-container[aria-label]")) {
      if (upload.innerText.trim()) upload.removeAttribute("aria-label");
    }
    // with a name of its own for each choice, the arrow keys would not move between them
    for (const choice of document.querySelectorAll("fieldset[id] input[type=radio]")) {
      choice.name = choice.closest("fieldset").id;
    }
  };

  new MutationObserver(correct).observe(document.body, { childList: true, subtree: true });
  correct();
}
