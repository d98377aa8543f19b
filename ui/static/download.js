// Saves what Python made of a conversation as a file.
(made) => {
  const { name, type, text } = JSON.parse(made);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
