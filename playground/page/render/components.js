// The controls under a message: rows of buttons and selects. Discord's numbers: docs, components/reference, read 2026-11-20.

import { h, icon } from "../dom.js";
import { openChoices } from "../menu.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

/** @param press called with (component, values or null); while its promise is open, the control shows that it waits. */
export function renderRows(rows, store, press) {
  return rows.filter(({ type }) => type === 1).map((row) => h("div", { class: "row", role: "group", "aria-label": "Actions" },
    row.components.map((component) => (component.type === 2 ? renderButton(component, press) : renderSelect(component, store, press)))));
}

function renderButton(component, press) {
  const words = [component.emoji && h("span", { class: "emoji", "aria-hidden": "true" }, emojiText(component.emoji)), component.label && h("span", {}, component.label)];
  const look = `button ${STYLES[component.style] ?? "secondary"}`;
  if (component.style === 5) return h("a", { class: look, href: component.url, target: "_blank", rel: "noopener noreferrer nofollow" }, words, icon("right"));
  const label = component.label ? null : component.emoji?.name ?? "button";
  const button = h("button", { type: "button", class: look, disabled: component.disabled, "aria-label": label, data: { focus: component.custom_id } }, words);
  button.addEventListener("click", () => wait(button, press(component, null)));
  return button;
}

function emojiText(emoji) {
  return emoji.id ? `:${emoji.name}:` : emoji.name;
}

function renderSelect(component, store, press) {
  const options = selectOptions(component, store);
  const chosen = options.filter((option) => option.default).map(({ label }) => label).join(", ");
  const placeholder = component.placeholder ?? "Choose…";
  const button = h("button", {
    type: "button", class: "select", disabled: component.disabled, "aria-haspopup": "listbox", "aria-label": chosen ? `${placeholder}: ${chosen}` : placeholder, data: { focus: component.custom_id },
  }, h("span", { class: chosen ? "" : "placeholder" }, chosen || placeholder), icon("chevron"));
  const bounds = { min: component.min_values ?? 1, max: component.max_values ?? 1 };
  button.addEventListener("click", () => openChoices(button, placeholder, options, bounds, (values) => wait(button, press(component, values))));
  return button;
}

/** The options of a select of any kind: written by the bot (3), or people (5, 7), roles (6), channels (8) of this place. */
export function selectOptions(component, store) {
  const entries = {
    3: () => component.options,
    5: () => store.people.map(asOption),
    6: () => (store.place()?.guild?.roles ?? []).map(asOption),
    7: () => [...store.people, ...(store.place()?.guild?.roles ?? [])].map(asOption),
    8: () => (store.place()?.guild?.channels ?? []).map(asOption),
  }[component.type];
  return entries ? entries() : [];
}

function asOption({ id, name }) {
  return { label: name, value: id };
}

async function wait(control, work) {
  control.setAttribute("aria-busy", "true");
  try {
    await work;
  } finally {
    control.removeAttribute("aria-busy");
  }
}
