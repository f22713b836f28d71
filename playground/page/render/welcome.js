// What stands above the first message: what this place is, and in a fresh one, three things to try.

import { h, icon } from "../dom.js";

const EXAMPLES = [
  { words: "a lighthouse at dusk, watercolor", tint: "dusk" },
  { words: "a fox reading a book under a paper lantern", tint: "fox" },
  { words: "an isometric greenhouse on the moon, soft light", tint: "moon" },
];

/** @param acts {tryCommand(name, values)} fills the command's form, without sending it. */
export function renderWelcome(place, store, acts, fresh) {
  const head = h("header", { class: "welcome-head" }, h("span", { class: "welcome-mark", "aria-hidden": "true" }, icon({ channel: "hash", thread: "thread", dm: "message" }[place.kind])), h("h2", {}, place.kind === "channel" ? `#${place.name}` : place.name));
  if (!fresh) return h("section", { class: "welcome" }, head, h("p", {}, place.topic || openingWords(place, store)));
  return h("section", { class: "welcome fresh" },
    h("img", { class: "welcome-picture", src: "/play/page/easel.svg", alt: "" }),
    h("h2", {}, place.kind === "dm" ? `Just you and ${store.bot.name}` : "Welcome to the playground"),
    h("p", { class: "welcome-lead" }, "This is a local Discord: no account, nothing leaves this computer unless you choose a paid gateway. The bot in here is the very bot that runs on Discord. Type a command, press its buttons, reply to a picture to change it."),
    renderExamples(store, acts),
    h("ul", { class: "tips" },
      tip("slash", "Type / for every command."),
      tip("reply", "Reply to a picture with what should change."),
      tip("switch", "Press your name, below the channels, to be someone else.")));
}

function renderExamples(store, acts) {
  if (!store.commands.some(({ name }) => name === "imagine")) return h("p", { class: "welcome-wait", role: "status" }, `${store.bot?.name ?? "The bot"} is getting ready…`);
  return h("div", { class: "examples", role: "group", "aria-label": "Examples to try" }, EXAMPLES.map(({ words, tint }) =>
    h("button", { type: "button", class: `example ${tint}`, on: { click: () => acts.tryCommand("imagine", { prompt: words }) } },
      h("code", {}, "/imagine"), h("span", {}, words))));
}

function tip(name, words) {
  return h("li", {}, icon(name), words);
}

function openingWords(place, store) {
  if (place.kind === "dm") return `This is where you and ${store.bot.name} talk alone.`;
  return place.kind === "thread" ? "This is the start of the thread." : "This is the start of the channel.";
}
