// Faces: a person's or the bot's round mark, and the panel that says who you are.

import { fill, h, icon } from "../dom.js";
import { openMenu } from "../menu.js";

const TINTS = 8;

/** A coloured mark with the initial; the bot gets its easel. */
export function face({ id, name, bot = false }, size = "") {
  if (bot) return h("span", { class: `face bot ${size}`, "aria-hidden": "true" }, h("img", { src: "/play/page/easel.svg", alt: "" }));
  const tint = [...id].reduce((sum, digit) => sum + digit.charCodeAt(0), 0) % TINTS;
  return h("span", { class: `face tint-${tint} ${size}`, "aria-hidden": "true" }, [...name][0]?.toUpperCase() ?? "?");
}

/** The author of a message in the page's own words: {id, name, bot}. */
export function authorOf(message) {
  const { id, username, global_name, bot } = message.author;
  return { id, name: message.member?.nick ?? global_name ?? username, bot: Boolean(bot) };
}

/** Show who one is, with a menu to become someone else. */
export function renderMe(root, store, become) {
  const open = () => openMenu(root.firstChild, "People to be", [
    { heading: "Be someone else" },
    ...store.people.map((person) => ({
      label: person.name,
      note: person.about,
      lead: face(person, "small"),
      checked: person.id === store.me.id,
      run: () => person.id !== store.me.id && become(person.id),
    })),
  ]);
  const label = `You are ${store.me.name}. Be someone else`;
  fill(root, h("button", { type: "button", class: "me-button", "aria-haspopup": "menu", "aria-label": label, data: { focus: "me" }, on: { click: open } },
    face(store.me),
    h("span", { class: "me-words" }, h("strong", {}, store.me.name), h("small", {}, store.me.about ?? "you")),
    icon("switch")));
}
