// Runs before the first paint, so that a chosen theme never flashes. Django's admin reads and writes the same key.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
} catch {
  document.documentElement.dataset.theme = "auto";
}
document.documentElement.classList.add("js");
