// Runs once when the settings are ready: applies the light, dark or system theme and keeps the choice in the browser.
() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("onrecord-theme") ?? "system";
  const paint = () => {
    const dark = chosen() === "dark" || (chosen() === "system" && system.matches);
    document.body.classList.toggle("dark", dark);
  };
  window.onrecordTheme = (theme) => {
    localStorage.setItem("onrecord-theme", theme);
    paint();
  };
  system.addEventListener("change", paint);
  paint();
  return chosen();
}
