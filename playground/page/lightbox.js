// One picture large, with its description, and the way to its neighbours.

import { keepFocus } from "./a11y.js";
import { localUrl } from "./api.js";
import { fill, h, icon, iconButton } from "./dom.js";

/** @param pictures Discord attachments, of one message, in order. */
export function openLightbox(pictures, start) {
  const dialog = h("dialog", { class: "lightbox", "aria-label": "Picture", tabindex: "-1" });
  let at = start;
  const step = (by) => {
    at = (at + by + pictures.length) % pictures.length;
    draw();
  };
  const draw = () => keepFocus(dialog, () => fill(dialog, renderStage(pictures, at, step, () => dialog.close())));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.classList.contains("lightbox-stage")) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  draw();
  dialog.showModal();
}

function renderStage(pictures, at, step, close) {
  const picture = pictures[at];
  const url = localUrl(picture.url);
  const several = pictures.length > 1;
  const size = picture.width ? `${picture.width} × ${picture.height}` : "";
  return [
    h("div", { class: "lightbox-bar" },
      h("span", { class: "lightbox-count" }, several ? `${at + 1} of ${pictures.length}` : "", size && h("small", {}, size)),
      h("a", { class: "button subtle", href: url, download: picture.filename }, icon("download"), "Save"),
      iconButton("close", "Close the picture", close)),
    h("div", { class: "lightbox-stage" },
      several && iconButton("left", "Previous picture", () => step(-1), { class: "icon-button lightbox-step", data: { focus: "back" } }),
      h("img", { src: url, alt: picture.description ?? "" }),
      several && iconButton("right", "Next picture", () => step(1), { class: "icon-button lightbox-step", data: { focus: "forth" } })),
    picture.description && h("p", { class: "lightbox-words" }, picture.description),
  ];
}
