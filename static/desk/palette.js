// The palette (Ctrl+K): what this page can do and where one can go, found by typing a part of its name.

const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const jumps = [...list.querySelectorAll("a")].map((link) => ({ text: link.textContent, run: () => goTo(link.href) }));
const ON_PAGE = ".acts .act > summary, .acts form.act > button, .talk > summary, .top-nav a, .views a, [data-row-link]";
const MOST = 12;
let offered = [];
let chosen = 0;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const goTo = (address) => location.assign(address);

function nameOf(element) {
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll(".count, kbd, svg")) extra.remove();
  const row = element.matches("[data-row-link]") ? element.closest("tr")?.id : "";
  return [row, copy.textContent.trim()].filter(Boolean).join(" ");
}
function use(element) {
  if (element.tagName !== "SUMMARY") return element.click();
  for (let details = element.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
  const form = element.parentElement.querySelector("form");
  form?.scrollIntoView({ block: "nearest" });
  (form?.querySelector("textarea, select, input:not([type=hidden])") ?? element).focus();
}
function everything() {
  const here = [...document.querySelectorAll(ON_PAGE)].map((element) => ({ text: nameOf(element), run: () => use(element) }));
  const known = new Set(here.map((one) => one.text));
  return [...here, ...jumps.filter((one) => !known.has(one.text))];
}
function offer() {
  const asked = plain(input.value).split(/\s+/).filter(Boolean);
  offered = everything().filter((one) => asked.every((word) => plain(one.text).includes(word))).slice(0, MOST);
  const words = input.value.trim();
  if (words) offered.push({ text: list.dataset.search.replace("{}", words), run: () => goTo(`${list.dataset.searchUrl}?q=${encodeURIComponent(words)}`) });
  list.replaceChildren(...offered.map((one, place) => Object.assign(document.createElement("li"), { id: `offer-${place}`, role: "option", textContent: one.text })));
  choose(0);
}
function choose(place) {
  chosen = Math.max(0, Math.min(place, offered.length - 1));
  [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
  input.setAttribute("aria-activedescendant", offered.length ? `offer-${chosen}` : "");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}
function run(place) {
  const one = offered[place];
  dialog.close();
  one?.run();
}
function show() {
  input.value = "";
  dialog.showModal();
  offer();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else if (!document.querySelector("dialog[open]")) show();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) show(); });
input.addEventListener("input", offer);
input.addEventListener("keydown", (event) => {
  const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 }[event.key];
  if (to !== undefined) choose(to);
  else if (event.key === "Enter") run(chosen);
  else return;
  event.preventDefault();
});
list.addEventListener("click", (event) => {
  const item = event.target.closest("[role=option]");
  if (item) run([...list.children].indexOf(item));
});
