/** The page's script: theme, opening, filtering, copying and keys. The page is whole without it. */
export const script: string = `(() => {
"use strict";
const root = document.documentElement;
const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const themes = ["system", "light", "dark"];
const store = {
  get() { try { return localStorage.getItem("holdfast-theme"); } catch { return null; } },
  set(value) { try { localStorage.setItem("holdfast-theme", value); } catch {} },
};
const showTheme = (theme) => {
  if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
  one("#theme-name").textContent = theme;
};
let theme = themes.includes(store.get()) ? store.get() : "system";
showTheme(theme);
one("#theme").addEventListener("click", () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  store.set(theme);
  showTheme(theme);
});

const openAll = one("#open-all");
openAll.addEventListener("click", () => {
  const open = openAll.getAttribute("aria-pressed") !== "true";
  openAll.setAttribute("aria-pressed", String(open));
  for (const details of all("details")) details.open = open;
});
const onlyFindings = one("#only-findings");
onlyFindings.addEventListener("click", () => {
  const only = onlyFindings.getAttribute("aria-pressed") !== "true";
  onlyFindings.setAttribute("aria-pressed", String(only));
  root.classList.toggle("only-findings", only);
});
one(".tools").hidden = false;

const selectText = (element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
};
const copy = async (element) => {
  try { await navigator.clipboard.writeText(element.textContent); return true; } catch {}
  selectText(element);
  try { return document.execCommand("copy"); } catch { return false; }
};
for (const button of all("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(button.previousElementSibling);
    button.textContent = done ? "Copied" : "Selected";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) { target.open = true; target.scrollIntoView(); }
};
addEventListener("hashchange", reveal);
reveal();

let opened = [];
addEventListener("beforeprint", () => {
  opened = all("details:not([open])");
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => { for (const details of opened) details.open = false; });

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== "j" && event.key !== "k")) return;
  const stops = all("details.check > summary, details.incident > summary").filter((summary) => summary.getClientRects().length > 0);
  const now = stops.indexOf(document.activeElement);
  const next = stops[event.key === "j" ? now + 1 : Math.max(0, now - 1)];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
});
})();`;
