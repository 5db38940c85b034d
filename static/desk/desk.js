// What scripts add to pages that work without them. No inline handlers: everything hangs on data attributes.

const store = { get: (area, key) => { try { return area.getItem(key); } catch { return null; } },
                set: (area, key, value) => { try { area.setItem(key, value); } catch { /* storage refused: nothing to keep */ } },
                drop: (area, key) => { try { area.removeItem(key); } catch { /* as above */ } } };

// ---- theme: the key and values that Django's admin uses too
function chooseTheme(theme) {
  document.documentElement.dataset.theme = theme;
  store.set(localStorage, "theme", theme);
  showTheme();
}
function showTheme() {
  const theme = document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

// ---- drafts: text typed but not saved outlives a refused save, a closed session and a wrong click, in this tab only
const draftKey = (area) => `draft:${area.dataset.draft}`;
function keepDraft(area) {
  if (area.value) store.set(sessionStorage, draftKey(area), area.value);
  else store.drop(sessionStorage, draftKey(area));
}
function dropSentDrafts() {
  for (const key of JSON.parse(store.get(sessionStorage, "drafts-sent") || "[]")) store.drop(sessionStorage, key);
}
function restoreDrafts(root) {
  const saved = document.querySelector("[data-saved]");
  if (saved) { dropSentDrafts(); saved.removeAttribute("data-saved"); }
  for (const area of root.querySelectorAll("[data-draft]")) {
    if (!area.value) area.value = store.get(sessionStorage, draftKey(area)) || "";
  }
}
function noteSent(form) {
  const keys = [...form.querySelectorAll("[data-draft]")].map(draftKey);
  store.set(sessionStorage, "drafts-sent", JSON.stringify(keys));
}
function forgetDrafts() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft")) store.drop(sessionStorage, key);
}

// ---- who else is here: an open page says so while it is looked at, and whether words were typed just now
const JUST_NOW = 30_000;
let typedAt = -Infinity;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "presence" && document.hidden) event.preventDefault();
});
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "presence") event.detail.parameters.writes = performance.now() - typedAt < JUST_NOW ? "1" : "";
});

// ---- keyboard
const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
function step(by) {
  const rows = [...document.querySelectorAll("[data-row-link]")];
  const here = rows.indexOf(document.activeElement.closest?.("[data-row-link]"));
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
  next?.focus();
  next?.closest("tr, li, article")?.scrollIntoView({ block: "nearest" });
}
function press(key) {
  const target = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key);
  if (!target) return false;
  if (typing(target)) { target.focus(); target.select?.(); } else target.click();
  return true;
}
function onKey(event) {
  if (event.key === "Escape") return closeMenus(null, true);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (store.get(localStorage, "keys") === "off") return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (event.key.length !== 1 || !press(event.key)) return;
  event.preventDefault();
}

// ---- menus, dialogs, copying
function closeMenus(except, refocus = false) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(except)) continue;
    menu.open = false;
    if (refocus) menu.querySelector("summary").focus();
  }
}
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector(".visually-hidden");
  const before = label.textContent;
  label.textContent = button.title = button.dataset.copied;
  label.setAttribute("role", "status");
  setTimeout(() => { label.textContent = button.title = before; }, 2000);
}
function onClick(event) {
  closeMenus(event.target);
  const button = event.target.closest("[data-theme-choice], [data-open], [data-copy]");
  if (!button) return;
  if (button.dataset.themeChoice) chooseTheme(button.dataset.themeChoice);
  if (button.dataset.open) { closeMenus(null); document.getElementById(button.dataset.open)?.showModal(); }
  if (button.dataset.copy) copy(button);
}

function onSubmit(event) {
  if (event.target.matches("[data-forget]")) forgetDrafts();
  else noteSent(event.target);
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
document.addEventListener("input", (event) => { if (event.target.dataset.draft) { keepDraft(event.target); typedAt = performance.now(); } });
document.addEventListener("htmx:afterSettle", (event) => { restoreDrafts(event.target); showTheme(); });

const keysOn = document.getElementById("keys-on");
if (keysOn) {
  keysOn.checked = store.get(localStorage, "keys") !== "off";
  keysOn.addEventListener("change", () => store.set(localStorage, "keys", keysOn.checked ? "on" : "off"));
}
showTheme();
restoreDrafts(document);
store.drop(sessionStorage, "drafts-sent");
document.querySelector("[data-focus]")?.focus();
