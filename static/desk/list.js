// A list that refreshes itself: it waits while somebody works in it, and keeps what is being read in its place.

const list = () => document.getElementById("list");
const rows = () => [...document.querySelectorAll("#list tr[id]")];
let anchor = null;

const isPoll = (event) => event.detail.elt === list() && event.detail.target === list();

const ticks = () => [...document.querySelectorAll("#list [name=melding]")];
const ticked = () => ticks().filter((one) => one.checked);

// A row that has the focus or is ticked, or text that is selected, stays untouched.
function inUse() {
  return ticked().length > 0 || list()?.contains(document.activeElement) || (getSelection().toString() !== "" && list()?.contains(getSelection().anchorNode));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isPoll(event) && (inUse() || document.hidden)) event.preventDefault();
});

// ---- ticking rows: one, all of them, a stretch with Shift, or with x the one that has the focus
let last = null;
function tell() {
  const told = document.querySelector("[data-ticked]"), all = document.querySelector("[data-tick-all]");
  if (told) told.textContent = `(${ticked().length})`;
  if (all) { all.checked = ticked().length === ticks().length; all.indeterminate = ticked().length > 0 && !all.checked; }
}
document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.matches("[data-tick-all]")) for (const one of ticks()) one.checked = box.checked;
  else if (!box.matches("#list [name=melding]")) return;
  else if (event.shiftKey && last) {
    const all = ticks(), [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(Math.max(from, 0), to + 1)) one.checked = box.checked;
  }
  last = box;
  tell();
});
document.addEventListener("keydown", (event) => {
  const link = document.activeElement.closest?.("[data-row-link]");
  if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || !link || localStorage.getItem("keys") === "off") return;
  link.closest("tr").querySelector("[name=melding]")?.click();
});
tell();

// The row under the pointer, else the first one in sight once the page was scrolled, does not move.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== list()) return;
  if (isPoll(event) && inUse()) { event.detail.shouldSwap = false; return; }
  const row = rows().find((one) => one.matches(":hover")) || (scrollY > 0 ? rows().find((one) => one.getBoundingClientRect().top > 0) : null);
  anchor = { id: row?.id, top: row?.getBoundingClientRect().top, known: new Set(rows().map((one) => one.id)), poll: isPoll(event) };
});
document.addEventListener("htmx:afterSettle", () => {
  if (!anchor) return;
  const row = anchor.id && document.getElementById(anchor.id);
  if (row) scrollBy({ top: row.getBoundingClientRect().top - anchor.top, behavior: "instant" });
  if (anchor.poll) for (const one of rows()) if (!anchor.known.has(one.id)) one.classList.add("row-new");
  anchor = null;
});
