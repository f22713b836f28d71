// Builds DOM nodes. Text always becomes a text node: nothing in this page parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** Make one element. `props`: class, on {event: listener}, data {name: value}, vars {"--name": value}, else attributes. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) assign(node, name, value);
  append(node, children);
  return node;
}

function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "vars") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
}

/** Replace all children of `node`. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

/** An icon of 24 units drawn with strokes; hidden from assistive technology, so its button needs a label. */
export function icon(name, label = null) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A round or square button that shows only an icon; `label` is its accessible name and tooltip. */
export function iconButton(name, label, click, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click }, ...props }, icon(name));
}

const PATHS = {
  alert: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1",
  archive: "M4 5h16v4H4zM6 9v10h12V9M10 13h4",
  arrowDown: "M12 5v14M6 13l6 6 6-6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M7 10l5 5 5-5",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  hash: "M9.5 4L7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  left: "M15 5l-7 7 7 7",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  message: "M4 5h16v11H9l-5 4z",
  moon: "M20 14.5A8.5 8.5 0 119.5 4a6.8 6.8 0 0010.5 10.5z",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  paint: "M4 20c3.5 0 5.500-1 5.500-3.500A2.5 2.500 0 007 14c-2 0-2 2.500-3 6zM9.500 14.500L19 4.500l1 1-9.500 10",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 8.700v.1",
  plus: "M12 5v14M5 12h14",
  reply: "M10 7L4 12.500 10 18v-3.500c5 0 8 1 10 4.500 0-6-3.500-9-10-9z",
  right: "M9 5l7 7-7 7",
  send: "M4 12L20 4l-5 16-3.500-6.500z",
  shield: "M12 3l8 3v6c0 4.500-3.300 7.700-8 9-4.700-1.300-8-4.500-8-9V6zM8.500 12l2.500 2.500 4.500-5",
  slash: "M15 5L9 19",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  switch: "M7 9l5-5 5 5M7 15l5 5 5-5",
  thread: "M5 5v7a3 3 0 003 3h10M14.500 11l4 4-4 4",
  trash: "M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13",
  zoom: "M10.500 4a6.500 6.500 0 100 13 6.500 6.500 0 000-13zM15.500 15.500L21 21M10.500 8v5M8 10.500h5",
};
