// Runs once when the page has loaded: puts right what Gradio gives to screen readers and the keyboard.
() => {
  const correct = () => {
    // every message is labelled with its source, which is HTML here
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
      message.removeAttribute("aria-label");
    }
    // a list whose children are buttons is none
    for (const examples of document.querySelectorAll("#chat .examples[role=list]")) examples.removeAttribute("role");
    // the label hides the words that stand on the button
    for (const upload of document.querySelectorAll("button.upload-container[aria-label]")) {
      if (upload.innerText.trim()) upload.removeAttribute("aria-label");
    }
    // each choice has a name of its own, so that the arrow keys would not go from one to the next
    for (const choice of document.querySelectorAll("fieldset[id] input[type=radio]")) {
      choice.name = choice.closest("fieldset").id;
    }
  };

  new MutationObserver(correct).observe(document.body, { childList: true, subtree: true });
  correct();
}
