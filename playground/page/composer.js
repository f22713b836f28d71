// Where a person writes: a message with files, a reply, or a command chosen after "/".

import { Combobox } from "./combobox.js";
import { searchCommands, slashCommands } from "./commands.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { MAX_FILES, fileChip, filePicker, receiveFiles } from "./files.js";
import { OptionForm } from "./options.js";
import { authorOf } from "./render/people.js";
import { toast } from "./toast.js";

const TYPING_EVERY_MS = 8000;
const MAX_LENGTH = 2000; // Discord docs, resources/message, read 2026-11-20

export class Composer {
  #files = [];
  #ping = true;
  #form = null;
  #toldTypingAt = 0;

  /** @param acts {say({content, files, replyTo, ping}) => promise of true when sent, slash(command, options, files), complete(…)} */
  constructor(store, acts) {
    this.store = store;
    this.acts = acts;
    this.root = document.getElementById("composer");
    this.replyBar = h("div", { class: "reply-bar", hidden: true });
    this.tray = h("ul", { class: "file-chips tray", "aria-label": "Files to send", hidden: true });
    this.box = h("textarea", { class: "box", rows: "1", maxlength: String(MAX_LENGTH), "aria-label": "Message", data: { focus: "box" } });
    this.picker = new Combobox(this.box, { label: "Commands", source: (text) => this.#suggest(text), choose: ({ command }) => this.openCommand(command) });
    this.writing = this.#renderWriting();
    fill(this.root, this.picker.list, this.picker.status, this.replyBar, this.writing);
    receiveFiles(document.getElementById("main"), (files) => (this.#form ? this.#form.take(files) : this.#addFiles(files)));
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("input", () => this.#tellTyping());
    store.on("open", () => this.#placeChanged());
    store.on("reply", () => this.#replyChanged());
  }

  focus() {
    if (this.#form) this.#form.focus();
    else this.box.focus();
  }

  /** Open a command's form; `values` fills options by name. */
  openCommand(command, values = {}) {
    this.box.value = "";
    this.#form = new OptionForm(command, this.store, { send: () => this.#sendCommand(), cancel: () => this.closeCommand(), complete: this.acts.complete });
    this.#form.take(this.#files);
    this.#files = [];
    this.#drawTray();
    this.#form.set(values);
    this.writing.hidden = true;
    this.store.setReply(null);
    this.root.append(this.#form.node);
    this.#form.focus();
  }

  closeCommand() {
    this.#form?.node.remove();
    this.#form = null;
    this.writing.hidden = false;
    this.box.focus();
  }

  #renderWriting() {
    const picker = filePicker("Attach files", true, (files) => this.#addFiles(files));
    return h("div", { class: "writing" }, this.tray, h("div", { class: "writing-row" },
      iconButton("plus", "Attach files", picker.open, { class: "icon-button attach" }), picker.input, this.box,
      iconButton("slash", "Commands", () => this.#startCommand(), { class: "icon-button" }),
      iconButton("send", "Send", () => this.#send(), { class: "icon-button send" })));
  }

  #tellTyping() {
    const now = Date.now();
    if (this.box.value === "" || this.box.value.startsWith("/") || now - this.#toldTypingAt < TYPING_EVERY_MS) return;
    this.#toldTypingAt = now;
    this.acts.typing();
  }

  #startCommand() {
    this.box.value = "/";
    this.box.focus();
    this.picker.refresh();
  }

  #suggest(text) {
    if (!text.startsWith("/") || text.includes("\n")) return null;
    return searchCommands(slashCommands(this.store), text.slice(1)).map((command) => ({
      label: `/${command.name}`, note: command.description, command, lead: h("span", { class: "suggestion-mark" }, icon("slash")), trail: h("small", { class: "suggestion-trail" }, this.store.bot.name),
    }));
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.store.replyTo) this.store.setReply(null);
    else if (event.key === "ArrowUp" && this.box.value === "") {
      event.preventDefault();
      document.querySelector("#timeline .message:last-of-type")?.focus();
    }
  }

  #placeChanged() {
    const place = this.store.place();
    const words = place ? `Message ${place.kind === "channel" ? "#" : ""}${place.name}` : "Message";
    this.box.placeholder = words;
    this.box.setAttribute("aria-label", words);
    this.#replyChanged();
    if (this.#form) this.closeCommand();
  }

  #replyChanged() {
    const target = this.store.replyTo;
    this.replyBar.hidden = !target;
    if (!target) return;
    if (this.#form) this.closeCommand();
    this.#ping = true;
    const ping = h("button", { type: "button", class: "ping", "aria-pressed": "true", title: "Whether the reply notifies its author" }, "@ on");
    ping.addEventListener("click", () => {
      this.#ping = !this.#ping;
      ping.setAttribute("aria-pressed", String(this.#ping));
      ping.textContent = this.#ping ? "@ on" : "@ off";
    });
    fill(this.replyBar, icon("reply"), h("span", {}, "Replying to ", h("strong", {}, authorOf(target).name)), ping, iconButton("close", "Stop replying (Escape)", () => this.store.setReply(null)));
    this.box.focus();
  }

  #addFiles(files) {
    if (this.#files.length + files.length > MAX_FILES) toast(`A message carries at most ${MAX_FILES} files.`);
    this.#files = [...this.#files, ...files].slice(0, MAX_FILES);
    this.#drawTray();
    this.box.focus();
  }

  #drawTray() {
    this.tray.hidden = this.#files.length === 0;
    fill(this.tray, this.#files.map((file) => fileChip(file, () => {
      this.#files = this.#files.filter((other) => other !== file);
      this.#drawTray();
    })));
  }

  async #send() {
    const content = this.box.value.trim();
    if (content === "" && this.#files.length === 0) return;
    if (content.startsWith("/") && this.#knows(content)) return;
    const draft = { content, files: this.#files, replyTo: this.store.replyTo, ping: this.#ping };
    this.box.value = "";
    this.#files = [];
    this.#drawTray();
    this.store.setReply(null);
    if (await this.acts.say(draft)) return;
    this.box.value ||= content;
    this.#files = draft.files;
    this.#drawTray();
    if (draft.replyTo) this.store.setReply(draft.replyTo);
  }

  /** "/imagine a fox" typed in one go opens the form with the words in the first required text option. */
  #knows(content) {
    const typed = content.slice(1);
    const command = slashCommands(this.store).sort((a, b) => b.name.length - a.name.length).find(({ name }) => typed === name || typed.startsWith(`${name} `));
    if (!command) return false;
    const rest = typed.slice(command.name.length).trim();
    const first = command.options.find((option) => option.required && option.type === 3);
    this.openCommand(command, rest && first ? { [first.name]: rest } : {});
    return true;
  }

  #sendCommand() {
    const form = this.#form;
    const { options, files } = form.read();
    this.closeCommand();
    this.acts.slash(form.command, options, files).then((sent) => {
      if (sent || this.#form) return;
      this.#form = form;
      this.writing.hidden = true;
      this.root.append(form.node);
    });
  }
}
