// Runs once for the chat's messenger (gr.HTML's js_on_load): sends the actions on a reply to Python.
const box = () => document.querySelector("#question textarea");

const toClipboard = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // a page served over plain http has no clipboard API
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
};

const copy = async (button) => {
  const label = button.textContent;
  await toClipboard(button.value);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1500);
};

const actions = {
  copy,
  ask: (button) => trigger("submit", { question: button.value, plain: false }),
  plain: (button) => trigger("submit", { question: button.value, plain: true }),
  again: () => trigger("retry"),
  edit: () => trigger("edit"),
  thumb: (button) => trigger("like", { thumb: button.value }),
};

document.addEventListener("click", (event) => {
  if (!element.isConnected) return;
  const button = event.target.closest(":is(#chat, #suggestions) button");
  if (button && Object.hasOwn(actions, button.name)) actions[button.name](button);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("button[name=edit]")) box().focus();
});

// Gradio's page stops listening for events when none is pending. The answer to a question sent at that very moment would
// never arrive: any other event makes the page listen again.
const shown = () => [...document.querySelectorAll("#chat :is(.asked, .answer)")].map((each) => each.textContent).join();
const listenAgain = () => {
  const before = shown();
  setTimeout(() => shown() === before && trigger("input"), 2000);
};

document.addEventListener("keydown", (event) => {
  if (element.isConnected && event.key === "Enter" && event.target === box()) listenAgain();
});

document.addEventListener("click", (event) => {
  const asks = ":is(#question, #suggestions) button, #chat button:is([name=again], [name=ask], [name=plain], :not([name]))";
  if (element.isConnected && event.target.closest(asks)) listenAgain();
});
