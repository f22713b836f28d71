// A text box with a list of suggestions that is walked with the arrow keys while the focus stays in the box (WAI-ARIA combobox).

import { fill, h } from "./dom.js";

const EDGE_PX = 8;
let made = 0;

export class Combobox {
  #options = [];
  #active = -1;
  #asked = 0;

  /**
   * @param source (text) => options or a promise of them; an option is {label, note, lead, ...}; null closes the list
   * @param choose (option) => void
   * @param rest_ms how long to wait for the next key before asking `source`
   * @param floating whether the list lies over everything beside its box, instead of where the caller puts it
   */
  constructor(input, { label, source, choose, rest_ms = 0, floating = false }) {
    this.input = input;
    this.rest_ms = rest_ms;
    this.floating = floating;
    this.source = source;
    this.choose = choose;
    made += 1;
    this.list = h("div", { class: "suggestions", role: "listbox", id: `suggestions-${made}`, "aria-label": label, hidden: true, popover: floating ? "manual" : null });
    this.status = h("div", { class: "visually-hidden", role: "status" });
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id], ["autocomplete", "off"]]) input.setAttribute(name, value);
    input.addEventListener("input", () => this.refresh());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  async refresh() {
    this.#asked += 1;
    const asked = this.#asked;
    if (this.rest_ms) await new Promise((rested) => setTimeout(rested, this.rest_ms));
    if (asked !== this.#asked) return;
    const options = await this.source(this.input.value);
    if (asked !== this.#asked) return;
    if (!options?.length || document.activeElement !== this.input) this.close();
    else this.#open(options);
  }

  close() {
    this.#asked += 1;
    if (this.floating && this.isOpen) this.list.hidePopover();
    this.list.hidden = true;
    fill(this.list);
    this.#active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #open(options) {
    this.#options = options;
    fill(this.list, options.map((option, at) => this.#item(option, at)));
    this.list.hidden = false;
    if (this.floating) this.#float();
    this.input.setAttribute("aria-expanded", "true");
    this.status.textContent = `${options.length} ${options.length === 1 ? "suggestion" : "suggestions"}`;
    this.#activate(0);
  }

  #float() {
    const { left, top, bottom, width } = this.input.getBoundingClientRect();
    if (!this.list.matches(":popover-open")) this.list.showPopover();
    const wide = Math.min(Math.max(width, 220), innerWidth - 2 * EDGE_PX);
    this.list.style.setProperty("width", `${wide}px`);
    const above = top > innerHeight - bottom;
    const y = above ? Math.max(EDGE_PX, top - this.list.offsetHeight - 6) : bottom + 6;
    this.list.style.setProperty("left", `${Math.max(EDGE_PX, Math.min(left, innerWidth - wide - EDGE_PX))}px`);
    this.list.style.setProperty("top", `${y}px`);
  }

  #item(option, at) {
    return h("div", { class: "suggestion", role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false", on: { click: () => this.#take(at), pointermove: () => this.#activate(at, false) } },
      option.lead, h("span", { class: "suggestion-words" }, h("span", { class: "suggestion-label" }, option.label), option.note && h("small", {}, option.note)), option.trail);
  }

  #activate(at, scroll = true) {
    this.#active = at;
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
    if (scroll) this.list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  #take(at) {
    const option = this.#options[at];
    this.close();
    this.choose(option);
  }

  #key(event) {
    if (!this.isOpen || event.isComposing) return;
    const count = this.#options.length;
    const to = { ArrowDown: (this.#active + 1) % count, ArrowUp: (this.#active - 1 + count) % count }[event.key];
    if (to !== undefined) this.#activate(to);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#take(this.#active);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
