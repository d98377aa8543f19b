// Runs once for the chat's messenger (gr.HTML's js_on_load): what is done with a reply goes to Python from here.
const box = () => document.querySelector("#question textarea");

const copied = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // a page that came over plain http has no clipboard of its own
  const held = document.createElement("textarea");
  held.value = text;
  document.body.append(held);
  held.select();
  document.execCommand("copy");
  held.remove();
};

const copy = async (button) => {
  const label = button.textContent;
  await copied(button.value);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1500);
};

const deeds = {
  copy,
  ask: (button) => trigger("submit", { question: button.value }),
  again: () => trigger("retry"),
  edit: () => trigger("edit"),
  thumb: (button) => trigger("like", { thumb: button.value }),
};

document.addEventListener("click", (event) => {
  if (!element.isConnected) return;
  const button = event.target.closest(":is(#chat, #suggestions) button");
  if (button && Object.hasOwn(deeds, button.name)) deeds[button.name](button);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("button[name=edit]")) box().focus();
});

// Gradio's page stops listening when nothing is under way. A question that goes out at that very moment is answered,
// and nobody hears it: any other event makes the page listen again.
const said = () => [...document.querySelectorAll("#chat :is(.asked, .answer)")].map((each) => each.textContent).join();
const listenAgain = () => {
  const before = said();
  setTimeout(() => said() === before && trigger("input"), 2000);
};

document.addEventListener("keydown", (event) => {
  if (element.isConnected && event.key === "Enter" && event.target === box()) listenAgain();
});

document.addEventListener("click", (event) => {
  const asks = ":is(#question, #suggestions) button, #chat button:is([name=again], :not([name]))";
  if (element.isConnected && event.target.closest(asks)) listenAgain();
});
