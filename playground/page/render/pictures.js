// Attachments: pictures in a grid with their descriptions, other files as cards.

import { localUrl } from "../api.js";
import { h, icon } from "../dom.js";
import { openLightbox } from "../lightbox.js";

export function isPicture(attachment) {
  return (attachment.content_type ?? "").startsWith("image/") && attachment.width > 0;
}

/** @param shown the message's images as they are on the page: an edit keeps them, or covers them once the new ones are here. */
export function renderAttachments(attachments, shown = []) {
  const pictures = attachments.filter(isPicture);
  const others = attachments.filter((attachment) => !isPicture(attachment));
  const columns = { 1: 1, 2: 2, 3: 3, 4: 2 }[pictures.length] ?? 3;
  return [
    pictures.length > 0 && h("div", { class: "pictures", data: { columns } }, pictures.map((picture, at) => renderPicture(pictures, at, shown))),
    others.map(renderFile),
  ];
}

function renderPicture(pictures, at, shown) {
  const picture = pictures[at];
  const words = picture.description || picture.filename;
  const image = shown.find(({ dataset }) => dataset.attachment === picture.id) ?? h("img", { src: localUrl(picture.url), alt: picture.description ?? "", decoding: "async", data: { attachment: picture.id } });
  const open = h("button", { type: "button", class: "picture-open", "aria-label": `Open the picture: ${words}`, data: { focus: `open-${picture.id}` }, on: { click: () => openLightbox(pictures, at) } }, image);
  const tools = h("div", { class: "picture-tools" },
    picture.description && altButton(picture.description),
    h("a", { class: "picture-tool", href: localUrl(picture.url), download: picture.filename, "aria-label": `Save the picture: ${words}`, title: "Save" }, icon("download")));
  const figure = h("figure", {
    class: "picture", data: { picture: picture.id },
    vars: { "--ratio": `${picture.width} / ${picture.height}`, "--width": `${picture.width}px`, "--wide": String(picture.width / picture.height) },
  }, open, tools);
  if (shown[at] && shown[at] !== image) cover(figure, image, shown[at]);
  return picture.filename.startsWith("SPOILER_") ? veil(figure, open) : figure;
}

/** Leave the old picture in sight until the new one has loaded: previews grow into the result without a flash. */
function cover(figure, image, old) {
  figure.style.setProperty("background-image", `url("${old.src}")`);
  image.addEventListener("load", () => figure.style.removeProperty("background-image"), { once: true });
}

function altButton(description) {
  const button = h("button", { type: "button", class: "picture-tool alt", "aria-expanded": "false", title: "Show the description" }, "ALT");
  const caption = h("span", { class: "picture-alt", hidden: true }, description);
  button.addEventListener("click", () => {
    caption.hidden = !caption.hidden;
    button.setAttribute("aria-expanded", String(!caption.hidden));
  });
  return [button, caption];
}

function veil(figure, open) {
  figure.classList.add("veiled");
  open.inert = true;
  const cover = h("button", { type: "button", class: "picture-veil", "aria-label": "Spoiler: show the picture" }, h("span", {}, "Spoiler"));
  cover.addEventListener("click", () => {
    figure.classList.remove("veiled");
    open.inert = false;
    cover.remove();
    open.focus();
  });
  figure.append(cover);
  return figure;
}

function renderFile(file) {
  return h("div", { class: "file-card" }, icon("file"),
    h("span", { class: "file-words" }, h("span", { class: "file-name" }, file.filename), h("small", {}, byteText(file.size))),
    h("a", { class: "button subtle", href: localUrl(file.url), download: file.filename, "aria-label": `Save ${file.filename}` }, icon("download"), "Save"));
}

export function byteText(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ["KiB", "MiB", "GiB"];
  const step = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** step).toFixed(step > 1 ? 1 : 0)} ${units[step - 1]}`;
}
