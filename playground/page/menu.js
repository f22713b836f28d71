// Menus and choice lists that float over the page: they close on Escape, on a press outside, and return the focus.

import { roving } from "./a11y.js";
import { h, icon } from "./dom.js";

const EDGE_PX = 8;

/**
 * Open a menu beside `anchor` (an element) or at a point {x, y}.
 * @param entries {label, icon, note, heading, danger, checked, run, href, download}; an entry with `heading` starts a group.
 */
export function openMenu(anchor, label, entries) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" }, entries.map(renderEntry));
  show(menu, anchor);
  roving(menu, "[role^=menuitem]");
  menu.addEventListener("click", (event) => event.target.closest("[role^=menuitem]") && menu.hidePopover());
  const first = menu.querySelector("[aria-checked=true]") ?? menu.querySelector("[role^=menuitem]");
  first?.focus();
  return menu;
}

function renderEntry(entry) {
  if (entry.heading) return h("p", { class: "menu-heading", role: "presentation" }, entry.heading);
  const checkable = entry.checked !== undefined;
  const props = {
    class: `menu-item${entry.danger ? " danger" : ""}`,
    role: checkable ? "menuitemradio" : "menuitem",
    tabindex: "-1",
    "aria-checked": checkable ? String(entry.checked) : null,
  };
  const mark = entry.lead ?? (entry.icon ? icon(entry.icon) : null);
  const words = h("span", { class: "menu-words" }, h("span", {}, entry.label), entry.note && h("small", {}, entry.note));
  const tick = entry.checked ? icon("check") : null;
  if (entry.href) return h("a", { ...props, href: entry.href, download: entry.download }, mark, words);
  return h("button", { ...props, type: "button", on: { click: () => queueMicrotask(entry.run) } }, mark, words, tick);
}

/** Show a popover next to its anchor, inside the window; it is removed when it closes. */
export function show(popover, anchor) {
  const opener = document.activeElement;
  const host = (anchor.closest?.("dialog")) ?? document.body;
  host.append(popover);
  popover.showPopover();
  placeBeside(popover, anchor);
  const onScroll = (event) => !popover.contains(event.target) && popover.hidePopover();
  for (const scrolling of ["wheel", "touchmove"]) addEventListener(scrolling, onScroll, { passive: true });
  popover.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    for (const scrolling of ["wheel", "touchmove"]) removeEventListener(scrolling, onScroll);
    const inside = popover.contains(document.activeElement) || document.activeElement === document.body;
    popover.remove();
    if (inside && opener?.isConnected) opener.focus({ preventScroll: true });
  });
}

function placeBeside(popover, anchor) {
  const box = anchor instanceof Element ? anchor.getBoundingClientRect() : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
  const { offsetWidth: width, offsetHeight: height } = popover;
  const gap = anchor instanceof Element ? 6 : 0;
  const below = box.bottom + gap + height <= innerHeight - EDGE_PX;
  const top = below ? box.bottom + gap : Math.max(EDGE_PX, box.top - gap - height);
  const left = Math.max(EDGE_PX, Math.min(box.left, innerWidth - width - EDGE_PX));
  popover.style.setProperty("top", `${top}px`);
  popover.style.setProperty("left", `${left}px`);
}

/**
 * Let the person choose among options: one press for a single choice, ticks and a Done button for several.
 * @param options {label, value, description, default}
 * @param choose called with the list of values
 */
export function openChoices(anchor, label, options, { min, max }, choose) {
  const several = max > 1;
  const ticked = new Set(options.filter((option) => option.default).map(({ value }) => value));
  const list = h("div", { class: "choices", role: "listbox", "aria-label": label, "aria-multiselectable": String(several) });
  const done = h("button", { type: "button", class: "button primary", on: { click: () => finish([...ticked]) } }, "Done");
  const popover = h("div", { class: "menu", popover: "auto" }, list, several && h("div", { class: "choices-foot" }, done));
  const finish = (values) => {
    popover.hidePopover();
    choose(values);
  };
  const refresh = () => {
    done.disabled = ticked.size < min || ticked.size > max;
    for (const item of list.children) item.setAttribute("aria-selected", String(ticked.has(item.dataset.value)));
  };
  const press = (value) => {
    if (!several) return finish([value]);
    if (!ticked.delete(value)) ticked.add(value);
    return refresh();
  };
  list.append(...options.map((option) => renderChoice(option, press)));
  show(popover, anchor);
  roving(list, "[role=option]");
  refresh();
  list.firstChild?.focus();
}

function renderChoice({ label, value, description, emoji }, press) {
  const item = h("button", { type: "button", class: "menu-item", role: "option", tabindex: "-1", data: { value }, on: { click: () => press(value) } });
  const words = h("span", { class: "menu-words" }, h("span", {}, emoji?.name ? `${emoji.name} ` : "", label), description && h("small", {}, description));
  item.append(words, icon("check"));
  return item;
}
