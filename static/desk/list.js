// A list that refreshes itself: it waits while somebody works in it, and keeps what is being read in its place.

const list = () => document.getElementById("list");
const rows = () => [...document.querySelectorAll("#list tr[id]")];
let anchor = null;

const isPoll = (event) => event.detail.elt === list() && event.detail.target === list();

// A row that has the focus, or text that is selected, stays untouched.
function inUse() {
  return list()?.contains(document.activeElement) || (getSelection().toString() !== "" && list()?.contains(getSelection().anchorNode));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isPoll(event) && (inUse() || document.hidden)) event.preventDefault();
});

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
