// Choosing files: the picker, dropping, pasting, and the small cards that show what was chosen.

import { fill, h, icon, iconButton } from "./dom.js";
import { byteText } from "./render/pictures.js";

export const MAX_FILES = 10; // Discord docs, resources/message, read 2026-11-20

/** A hidden file input and the button that opens it. */
export function filePicker(label, many, take, props = {}) {
  const input = h("input", { type: "file", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true", "aria-label": label, multiple: many, ...props });
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  return { input, open: () => input.click() };
}

/** A card with a small view of the file and a button to take it away. */
export function fileChip(file, remove) {
  const view = file.type.startsWith("image/") ? h("img", { src: blobUrl(file), alt: "" }) : icon("file");
  return h("li", { class: "file-chip" }, h("span", { class: "file-chip-view" }, view),
    h("span", { class: "file-words" }, h("span", { class: "file-name" }, file.name), h("small", {}, byteText(file.size))),
    iconButton("close", `Remove ${file.name}`, remove));
}

const urls = new WeakMap();

function blobUrl(file) {
  if (!urls.has(file)) urls.set(file, URL.createObjectURL(file));
  return urls.get(file);
}

/** Hand every file that is dropped on or pasted into `root` to `take`. */
export function receiveFiles(root, take) {
  root.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  let depth = 0;
  const mark = (by) => {
    depth = Math.max(0, depth + by);
    root.classList.toggle("dropping", depth > 0);
  };
  root.addEventListener("dragenter", (event) => hasFiles(event) && mark(1));
  root.addEventListener("dragleave", (event) => hasFiles(event) && mark(-1));
  root.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  root.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    take([...event.dataTransfer.files]);
  });
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/**
 * A field for files: a button, the chosen files, drop and paste.
 * @returns {node, files(), add(files), isFull(), focus()}
 */
export function fileField(label, { min, max }, changed = () => {}) {
  let files = [];
  const list = h("ul", { class: "file-chips" });
  const picker = filePicker(label, max > 1, (chosen) => add(chosen));
  const button = h("button", { type: "button", class: "button file-button", on: { click: picker.open } }, icon("picture"), h("span", {}, max > 1 ? "Choose files" : "Choose a file"), h("small", {}, "or drop, or paste"));
  const draw = () => {
    fill(list, files.map((file) => fileChip(file, () => set(files.filter((other) => other !== file)))));
    button.hidden = files.length >= max;
  };
  const set = (next) => {
    files = next.slice(0, max);
    draw();
    changed();
  };
  const add = (more) => set([...files, ...more]);
  const node = h("div", { class: "file-field", role: "group", "aria-label": label }, list, button, picker.input);
  receiveFiles(node, (dropped) => add(dropped));
  return {
    node, add, files: () => files, isFull: () => files.length >= max, focus: () => button.focus(),
    problem: () => (files.length < min ? (min === 1 ? "Choose a file." : `Choose at least ${min} files.`) : null),
  };
}
