// The column of messages: keeps the DOM in step with the store, the scroll at the newest, the keyboard on a message.

import { announce, keepFocus, prefersStill } from "../a11y.js";
import { fill, h, icon } from "../dom.js";
import { dayName } from "../time.js";
import { renderMessage, spoken } from "./message.js";
import { renderWelcome } from "./welcome.js";

const GROUP_MS = 7 * 60_000;
const NEAR_END_PX = 120;
const PAGE = 50;
const THREAD_NOTICE = 18;
const STARTER = 21;

export class Timeline {
  #list = h("ol", { class: "messages", "aria-label": "Messages" });
  #typing = h("p", { class: "typing", "aria-live": "polite" });
  #pendings = h("ol", { class: "messages pendings", "aria-label": "Being sent" });

  constructor(store, acts, api) {
    this.store = store;
    this.acts = acts;
    this.api = api;
    this.scroll = document.getElementById("scroll");
    this.root = document.getElementById("timeline");
    this.jumpButton = document.getElementById("jump-latest");
    store.on("open messages", (id) => (id === null || id === store.channelId) && this.draw());
    store.on("message", (change) => this.#changed(change));
    store.on("typing", () => this.#drawTyping());
    store.on("places", () => store.here().length === 0 && this.draw());
    this.#listenToScrolling();
    this.#listenToKeys();
    setInterval(() => this.#drawTyping(), 1000);
  }

  draw() {
    const place = this.store.place();
    const messages = this.store.messages.get(this.store.channelId);
    const height = this.scroll.scrollHeight - this.scroll.scrollTop;
    const grew = this.drawnChannel === this.store.channelId && !this.#isNearEnd();
    this.drawnChannel = this.store.channelId;
    if (!place) return fill(this.root);
    fill(this.#list, (messages ?? []).map((message, at) => this.#withDay(message, messages[at - 1])));
    const older = messages?.length >= PAGE && !this.store.wholeChannels.has(this.store.channelId);
    const top = older ? this.#olderButton() : messages && renderWelcome(place, this.store, this.acts, messages.length === 0);
    fill(this.root, top, this.#list, this.#pendings, this.#typing);
    this.#drawTyping();
    if (messages?.length === 0) this.scroll.scrollTop = 0;
    else if (grew) this.scroll.scrollTop = this.scroll.scrollHeight - height;
    else this.toEnd();
    return undefined;
  }

  toEnd() {
    if (this.store.here().length > 0 || this.#pendings.childElementCount > 0) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  /** Show a line for something on its way; gives {progress(0..1), fail(sentence), done()}. */
  pending(words, channelId = this.store.channelId) {
    const bar = h("progress", { max: "1", value: "0", "aria-label": "Upload", hidden: true });
    const line = h("p", { class: "pending-words" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), words);
    const node = h("li", { class: "message pending", tabindex: "-1", data: { channel: channelId } }, line, bar);
    this.#pendings.append(node);
    this.toEnd();
    return {
      progress: (share) => {
        bar.hidden = share >= 1;
        bar.value = share;
      },
      fail: (sentence) => {
        const dismiss = h("button", { type: "button", class: "link", on: { click: () => node.remove() } }, "Dismiss");
        node.classList.add("failed");
        fill(node, h("p", { class: "problem", role: "alert" }, icon("alert"), `${words}: ${sentence}`), h("p", { class: "privacy" }, icon("eye"), "Only you can see this ·", dismiss));
        this.toEnd();
      },
      done: () => node.remove(),
    };
  }

  /** Scroll to a message and mark it for a moment. */
  jump(id) {
    const node = document.getElementById(`message-${id}`);
    if (!node) return false;
    node.scrollIntoView({ block: "center", behavior: prefersStill() ? "auto" : "smooth" });
    node.focus({ preventScroll: true });
    node.classList.add("marked");
    node.addEventListener("animationend", () => node.classList.remove("marked"), { once: true });
    return true;
  }

  #node(message, above) {
    const shown = [...(document.getElementById(`message-${message.id}`)?.querySelectorAll("img[data-attachment]") ?? [])];
    const node = renderMessage(message, this.store, this.acts, { grouped: isGrouped(message, above), shown });
    node.addEventListener("contextmenu", (event) => this.#contextMenu(event, message));
    for (const image of node.querySelectorAll("img")) image.addEventListener("load", () => this.#stuck && this.toEnd(), { once: true });
    return node;
  }

  #withDay(message, above) {
    const node = this.#node(message, above);
    return isNewDay(message, above) ? [h("li", { class: "day", role: "separator" }, h("span", {}, dayName(new Date(message.timestamp)))), node] : [node];
  }

  #contextMenu(event, message) {
    if (event.target.closest("a[href]:not([download]), textarea") || getSelection()?.toString()) return;
    event.preventDefault();
    const keyboard = event.clientX === 0 && event.clientY === 0;
    const box = event.currentTarget.getBoundingClientRect();
    const picture = event.target.closest("[data-picture]")?.dataset.picture ?? null;
    this.acts.menu(message, keyboard ? { x: box.left + 72, y: box.top + 24 } : { x: event.clientX, y: event.clientY }, picture);
  }

  #changed({ kind, message }) {
    if (message.channel_id !== this.store.channelId) return;
    const messages = this.store.here();
    const at = messages.findIndex(({ id }) => id === message.id);
    const near = this.#isNearEnd();
    const old = document.getElementById(`message-${message.id}`);
    if (kind === "update" && old) keepFocus(this.#list, () => old.replaceWith(this.#node(message, messages[at - 1])));
    else if (kind === "create" && at === messages.length - 1) this.#arrived(message, messages[at - 1]);
    else return this.draw();
    if (near) this.toEnd();
    else this.#offerJump(kind === "create");
    return undefined;
  }

  #arrived(message, above) {
    if (!above) this.draw();
    else this.#list.append(...this.#withDay(message, above));
    const mine = message.author.id === this.store.me.id;
    if (mine) this.toEnd();
    else announce(spoken(message, this.store));
  }

  #drawTyping() {
    const typists = this.store.typing.get(this.store.channelId) ?? new Map();
    const names = [...typists].filter(([, until]) => until > Date.now()).map(([id]) => this.store.names.user(id));
    const words = names.length === 0 ? "" : names.length === 1 ? `${names[0]} is typing…` : `${names.join(" and ")} are typing…`;
    if (this.#typing.textContent !== words) this.#typing.textContent = words;
  }

  #olderButton() {
    const button = h("button", { type: "button", class: "button subtle older" }, "Show older messages");
    button.addEventListener("click", () => this.acts.older());
    return button;
  }

  // ── scrolling ─────────────────────────────────────────────────────────────

  #stuck = true;

  #isNearEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END_PX;
  }

  #listenToScrolling() {
    fill(this.jumpButton, icon("arrowDown"), h("span", {}, "New messages"));
    this.jumpButton.addEventListener("click", () => this.toEnd());
    this.scroll.addEventListener("scroll", () => {
      this.#stuck = this.#isNearEnd();
      if (this.#stuck) this.jumpButton.hidden = true;
    });
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(this.scroll);
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(this.root);
  }

  #offerJump(isNew) {
    if (isNew) this.jumpButton.hidden = false;
  }

  // ── keyboard: arrows walk through the messages, Home and End to both ends ──

  #listenToKeys() {
    this.#list.tabIndex = 0;
    this.#list.addEventListener("focus", () => this.#list.lastElementChild?.focus());
    this.#list.addEventListener("keydown", (event) => {
      if (!event.target.classList.contains("message")) return;
      const nodes = [...this.#list.querySelectorAll(":scope > .message")];
      const at = nodes.indexOf(event.target);
      const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: nodes.length - 1 }[event.key];
      if (nodes[to]) {
        event.preventDefault();
        nodes[to].focus();
      }
    });
  }
}

function isNewDay(message, above) {
  return !above || new Date(message.timestamp).toDateString() !== new Date(above.timestamp).toDateString();
}

function isGrouped(message, above) {
  if (!above || isNewDay(message, above) || message.message_reference || message.interaction_metadata) return false;
  if (above.type === STARTER || above.components?.length || above.attachments?.length) return false;
  const gap_ms = new Date(message.timestamp) - new Date(above.timestamp);
  return above.type !== THREAD_NOTICE && above.author.id === message.author.id && gap_ms < GROUP_MS && (above.flags & 64) === (message.flags & 64);
}
