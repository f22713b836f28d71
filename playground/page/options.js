// The form of one slash command: required options first, the others added by pressing their names.

import { Combobox } from "./combobox.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { fileField, receiveFiles } from "./files.js";

const STRING = 3, INTEGER = 4, BOOLEAN = 5, USER = 6, CHANNEL = 7, ROLE = 8, MENTIONABLE = 9, NUMBER = 10, ATTACHMENT = 11;
const SUGGEST_AFTER_MS = 120;

export class OptionForm {
  #fields = new Map();

  /**
   * @param command {name, description, options}
   * @param acts {send(), cancel(), complete(name, options, focused) => choices}
   */
  constructor(command, store, acts) {
    this.command = command;
    this.store = store;
    this.acts = acts;
    this.grid = h("div", { class: "option-grid" });
    this.chips = h("div", { class: "option-chips", role: "group", "aria-label": "More options" });
    this.node = h("form", { class: "command-form", "aria-label": `/${command.name}`, novalidate: true, on: { submit: (event) => this.#submit(event), keydown: (event) => this.#key(event) } },
      h("header", { class: "command-head" }, h("code", {}, `/${command.name}`), h("span", {}, command.description), iconButton("close", "Leave this command (Escape)", acts.cancel)),
      h("div", { class: "command-body" }, this.grid, this.chips),
      h("footer", { class: "command-foot" }, h("span", { class: "keys" }, h("kbd", {}, "Enter"), " sends · ", h("kbd", {}, "Esc"), " leaves"), h("button", { type: "submit", class: "button primary" }, icon("send"), "Send")));
    receiveFiles(this.node, (files) => this.take(files));
    for (const option of command.options.filter(({ required }) => required)) this.#add(option);
    this.#drawChips();
  }

  focus() {
    const first = [...this.#fields.values()][0];
    if (first) first.focus();
    else this.node.querySelector(".option-chip, [type=submit]").focus();
  }

  /** Fill options by name, adding the optional ones that are named. */
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      const option = this.command.options.find((each) => each.name === name);
      if (!option) continue;
      if (!this.#fields.has(name)) this.#add(option);
      this.#fields.get(name).set(value);
    }
    this.#drawChips();
  }

  /** Put files into the attachment options that are still free, opening further ones. */
  take(files) {
    for (const file of files) {
      const free = this.command.options.find((option) => option.type === ATTACHMENT && !this.#fields.get(option.name)?.isFull());
      if (!free) return;
      if (!this.#fields.has(free.name)) this.#add(free);
      this.#fields.get(free.name).add([file]);
    }
    this.#drawChips();
  }

  /** Show what is wrong; gives true when the command may be sent. */
  check() {
    const wrong = [...this.#fields.values()].filter((field) => field.show());
    wrong[0]?.focus();
    return wrong.length === 0;
  }

  /** {options: [{name, value}], files: [[name, File]]} */
  read() {
    const fields = [...this.#fields.values()];
    const options = fields.filter((field) => !field.isFile && field.value() !== null).map(({ name, type, value }) => ({ name, type, value: value() }));
    const files = fields.filter((field) => field.isFile).flatMap((field) => field.files().map((file) => [field.name, file]));
    return { options, files };
  }

  /** The options that are filled in rightly so far: what the bot may know while another one is typed. */
  #sound() {
    const wrong = new Set([...this.#fields.values()].filter((field) => field.problem()).map(({ name }) => name));
    return this.read().options.filter(({ name }) => !wrong.has(name));
  }

  #submit(event) {
    event.preventDefault();
    if (this.check()) this.acts.send();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.acts.cancel();
    } else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea, input, select")) {
      event.preventDefault();
      this.node.requestSubmit();
    }
  }

  #add(option) {
    const field = makeField(option, this.store, (focused) => this.acts.complete(this.command.name, this.#sound(), focused));
    const remove = option.required ? null : iconButton("close", `Remove ${option.name}`, () => this.#remove(option.name));
    const error = h("small", { class: "field-error", id: `option-${option.name}-error`, role: "alert", hidden: true });
    const words = h("small", { class: "field-note", id: `option-${option.name}-note` }, option.description);
    field.show = () => {
      const problem = field.problem();
      error.textContent = problem ?? "";
      error.hidden = !problem;
      field.control?.setAttribute("aria-invalid", String(Boolean(problem)));
      return Boolean(problem);
    };
    field.control?.setAttribute("aria-describedby", `${words.id} ${error.id}`);
    field.name = option.name;
    field.type = option.type;
    field.block = h("div", { class: `option ${option.type === STRING && !option.choices && !option.autocomplete ? "wide" : ""}`, data: { option: option.name } },
      h("label", { class: "option-name", for: field.control?.id ?? null }, option.name, option.required && h("span", { class: "required", title: "required" }, " *")),
      h("div", { class: "option-control" }, field.node, remove), words, error);
    this.#fields.set(option.name, field);
    this.grid.append(field.block);
  }

  #remove(name) {
    this.#fields.get(name).block.remove();
    this.#fields.delete(name);
    this.#drawChips();
    this.focus();
  }

  #drawChips() {
    const left = this.command.options.filter(({ name }) => !this.#fields.has(name));
    fill(this.chips, left.map((option) => h("button", { type: "button", class: "option-chip", title: option.description, on: { click: () => this.#press(option) } }, icon("plus"), option.name)));
  }

  #press(option) {
    this.#add(option);
    this.#drawChips();
    this.#fields.get(option.name).focus();
  }
}

function makeField(option, store, complete) {
  if (option.type === ATTACHMENT) {
    const field = fileField(option.name, { min: option.required ? 1 : 0, max: 1 });
    return { ...field, isFile: true, set: () => {} };
  }
  const choices = choicesOf(option, store);
  if (choices) return selectField(option, choices);
  return textField(option, complete);
}

function choicesOf(option, store) {
  const guild = store.place()?.guild;
  const asChoices = (things) => things.map(({ id, name }) => ({ name, value: id }));
  switch (option.type) {
    case BOOLEAN: return [{ name: "True", value: true }, { name: "False", value: false }];
    case USER: return asChoices(store.people);
    case CHANNEL: return asChoices(guild?.channels ?? []);
    case ROLE: return asChoices(guild?.roles ?? []);
    case MENTIONABLE: return asChoices([...store.people, ...(guild?.roles ?? [])]);
    default: return option.choices?.length ? option.choices : null;
  }
}

function selectField(option, choices) {
  const control = h("select", { class: "field", id: `option-${option.name}`, required: option.required }, h("option", { value: "" }, "Choose…"), choices.map((choice, at) => h("option", { value: String(at) }, choice.name)));
  const chosen = () => (control.value === "" ? null : choices[Number(control.value)].value);
  return {
    node: control, control, value: chosen, focus: () => control.focus(),
    set: (value) => (control.value = String(choices.findIndex((choice) => choice.value === value))),
    problem: () => (chosen() === null ? "Choose one, or remove this option." : null),
  };
}

function textField(option, complete) {
  const numeric = option.type === INTEGER || option.type === NUMBER;
  const long = option.type === STRING && !option.autocomplete;
  const props = { class: "field", id: `option-${option.name}`, maxlength: option.max_length ?? (option.type === STRING ? 6000 : null), inputmode: numeric ? "decimal" : null, required: option.required, spellcheck: long ? "true" : "false" };
  const control = long ? h("textarea", { ...props, rows: "1" }) : h("input", { ...props, type: "text" });
  let picked = null;
  control.addEventListener("input", () => (picked = null));
  const value = () => {
    const typed = control.value.trim();
    if (picked) return picked.value;
    if (typed === "") return null;
    return numeric ? Number(typed) : typed;
  };
  const pick = (choice) => {
    control.value = choice.label;
    picked = choice;
  };
  const box = option.autocomplete ? suggestBox(control, option, complete, pick) : null;
  return {
    node: box ? h("div", { class: "combo" }, control, box.list, box.status) : control,
    control, value, focus: () => control.focus(), set: (words) => (control.value = words),
    problem: () => textProblem(option, value(), numeric),
  };
}

function suggestBox(control, option, complete, choose) {
  const source = async () => {
    const choices = await complete({ name: option.name, type: option.type, value: control.value });
    return choices.map(({ name, value }) => ({ label: name, value }));
  };
  const box = new Combobox(control, { label: `Suggestions for ${option.name}`, source, choose, rest_ms: SUGGEST_AFTER_MS, floating: true });
  control.addEventListener("focus", () => box.refresh());
  return box;
}

function textProblem(option, value, numeric) {
  if (value === null) return option.required ? "This option is required." : "Write something, or remove this option.";
  if (numeric) return numberProblem(option, value);
  if (option.min_length && value.length < option.min_length) return `At least ${option.min_length} characters.`;
  return null;
}

function numberProblem({ type, min_value, max_value }, value) {
  if (typeof value !== "number") return null;
  if (Number.isNaN(value) || (type === INTEGER && !Number.isInteger(value))) return type === INTEGER ? "A whole number, please." : "A number, please.";
  if (min_value !== undefined && value < min_value) return `Not below ${min_value}.`;
  if (max_value !== undefined && value > max_value) return `Not above ${max_value}.`;
  return null;
}
