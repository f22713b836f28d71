// A modal that the bot opened: its fields, the sending, and what to say when it fails.

import { fill, h, icon, iconButton } from "./dom.js";
import { fileField } from "./files.js";
import { renderMarkdown } from "./markdown.js";
import { openChoices } from "./menu.js";
import { selectOptions } from "./render/components.js";

const ROW = 1, TEXT_INPUT = 4, TEXT_DISPLAY = 10, LABEL = 18, FILE_UPLOAD = 19, RADIOS = 21, CHECKBOXES = 22, CHECKBOX = 23;
let made = 0;

/**
 * @param data {title, custom_id, components}, as Discord's docs (components/reference, read 2026-11-20) describe a modal
 * @param submit (values by custom_id, files [[custom_id, File]], progress) => promise of null, or of a sentence that says what failed
 */
export function openModal(data, store, submit) {
  const fields = [];
  const body = data.components.map((component) => renderPart(component, store, fields));
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const bar = h("progress", { max: "1", value: "0", "aria-label": "Upload", hidden: true });
  const send = h("button", { type: "submit", class: "button primary" }, "Submit");
  const form = h("form", { novalidate: true },
    h("header", { class: "sheet-head" }, h("h2", { id: "modal-title" }, data.title), iconButton("close", "Close", () => dialog.close())),
    h("div", { class: "modal-body" }, body),
    h("footer", { class: "modal-foot" }, problem, bar, h("button", { type: "button", class: "button subtle", on: { click: () => dialog.close() } }, "Cancel"), send));
  const dialog = h("dialog", { class: "sheet modal", "aria-labelledby": "modal-title" }, form);
  const finish = async () => {
    send.disabled = true;
    const failure = await submit(valuesOf(fields), filesOf(fields), (share) => {
      bar.hidden = share >= 1;
      bar.value = share;
    });
    send.disabled = false;
    if (!failure) return dialog.close();
    fill(problem, icon("alert"), failure);
    problem.hidden = false;
    return undefined;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = fields.filter((field) => field.show());
    if (wrong.length) wrong[0].focus();
    else finish();
  });
  form.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.focus();
  return dialog;
}

function valuesOf(fields) {
  return Object.fromEntries(fields.filter((field) => field.value).map((field) => [field.id, field.value()]));
}

function filesOf(fields) {
  return fields.filter((field) => field.files).flatMap((field) => field.files().map((file) => [field.id, file]));
}

function renderPart(component, store, fields) {
  switch (component.type) {
    case ROW: return component.components.map((inner) => labelled(inner, { label: inner.label }, store, fields));
    case LABEL: return labelled(component.component, component, store, fields);
    case TEXT_DISPLAY: return h("div", { class: "markdown" }, renderMarkdown(component.content, store.names));
    default: return h("p", { class: "problem" }, `This page cannot show component ${component.type}.`);
  }
}

function labelled(component, { label, description }, store, fields) {
  made += 1;
  const id = `field-${made}`;
  const field = makeField(component, id, label, store);
  const error = h("small", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true });
  const note = description && h("small", { class: "field-note", id: `${id}-note` }, description);
  field.id = component.custom_id;
  field.show = () => {
    const problem = field.problem();
    error.textContent = problem ?? "";
    error.hidden = !problem;
    return Boolean(problem);
  };
  field.control?.setAttribute("aria-describedby", `${id}-note ${error.id}`);
  fields.push(field);
  const required = component.required !== false && component.type !== CHECKBOX;
  const title = field.control ? h("label", { for: id, class: "field-label" }, label) : h("span", { class: "field-label", id: `${id}-label` }, label);
  title.append(required ? h("span", { class: "required", title: "required" }, " *") : "");
  return h("div", { class: "modal-field" }, title, note, field.node, error);
}

function makeField(component, id, label, store) {
  switch (component.type) {
    case TEXT_INPUT: return textField(component, id);
    case FILE_UPLOAD: return fileField(label, { min: component.required === false ? 0 : component.min_values ?? 1, max: component.max_values ?? 1 });
    case RADIOS: return tickField(component, id, "radio");
    case CHECKBOXES: return tickField(component, id, "checkbox");
    case CHECKBOX: return checkboxField(component, id);
    default: return selectField(component, id, store);
  }
}

function textField(component, id) {
  const props = { class: "field", id, placeholder: component.placeholder, maxlength: component.max_length ?? 4000, value: component.value ?? "" };
  const control = component.style === 2 ? h("textarea", { ...props, rows: "4" }) : h("input", { ...props, type: "text" });
  const problem = () => {
    const text = control.value;
    if (component.required !== false && text.trim() === "") return "Please fill this in.";
    if (text && component.min_length && text.length < component.min_length) return `At least ${component.min_length} characters.`;
    return null;
  };
  return { node: control, control, value: () => control.value, problem, focus: () => control.focus() };
}

function tickField(component, id, kind) {
  const boxes = component.options.map((option) => h("input", { type: kind, name: id, value: option.value, checked: Boolean(option.default) }));
  const node = h("div", { class: "ticks", role: kind === "radio" ? "radiogroup" : "group", "aria-labelledby": `${id}-label` }, component.options.map((option, at) => tick(boxes[at], option)));
  const chosen = () => boxes.filter(({ checked }) => checked).map(({ value }) => value);
  const min = component.required === false ? 0 : component.min_values ?? 1;
  const max = kind === "radio" ? 1 : component.max_values ?? boxes.length;
  return {
    node, value: () => (kind === "radio" ? chosen()[0] ?? null : chosen()), focus: () => (boxes.find(({ checked }) => checked) ?? boxes[0]).focus(),
    problem: () => (chosen().length < min ? (kind === "radio" ? "Choose one." : `Choose at least ${min}.`) : chosen().length > max ? `Choose at most ${max}.` : null),
  };
}

function tick(box, { label, description }) {
  return h("label", { class: "tick" }, box, h("span", { class: "menu-words" }, h("span", {}, label), description && h("small", {}, description)));
}

function checkboxField(component, id) {
  const control = h("input", { type: "checkbox", id, checked: Boolean(component.default) });
  return { node: control, control, value: () => control.checked, problem: () => null, focus: () => control.focus() };
}

function selectField(component, id, store) {
  const options = selectOptions(component, store);
  const bounds = { min: component.required === false ? 0 : component.min_values ?? 1, max: component.max_values ?? 1 };
  const placeholder = component.placeholder ?? "Choose…";
  let values = options.filter((option) => option.default).map(({ value }) => value);
  const words = h("span");
  const node = h("button", { type: "button", class: "select", id, "aria-haspopup": "listbox", "aria-labelledby": `${id}-label` }, words, icon("chevron"));
  const draw = () => {
    words.textContent = options.filter(({ value }) => values.includes(value)).map(({ label }) => label).join(", ") || placeholder;
    words.className = values.length ? "" : "placeholder";
  };
  const choose = (chosen) => {
    values = chosen;
    draw();
  };
  node.addEventListener("click", () => openChoices(node, placeholder, options.map((option) => ({ ...option, default: values.includes(option.value) })), bounds, choose));
  draw();
  return { node, value: () => values, focus: () => node.focus(), problem: () => (values.length < bounds.min ? "Choose one." : null) };
}
