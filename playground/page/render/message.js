// One message as a list item: who, when, what it answers, words, pictures, controls.

import { h, icon, iconButton } from "../dom.js";
import { plainText, renderMarkdown } from "../markdown.js";
import { clockTime, fullTime } from "../time.js";
import { renderRows } from "./components.js";
import { renderEmbed } from "./embeds.js";
import { authorOf, face } from "./people.js";
import { isPicture, renderAttachments } from "./pictures.js";

export const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
// Message types: Discord docs, resources/message, read 2026-11-20.
const THREAD_CREATED = 18;
const SLASH_ANSWER = 20;
const THREAD_STARTER = 21;
const MENU_ANSWER = 23;

/**
 * @param acts {jump(id), menu(message, anchor), press(message, component, values), openThread(id), remove(message), reply(message)}
 * @param look {grouped: whether it continues the message above, shown: its images already on the page, to use again}
 */
export function renderMessage(message, store, acts, look = {}) {
  if (message.type === THREAD_CREATED) return renderNotice(message, acts);
  if (message.type === THREAD_STARTER && message.referenced_message) return renderMessage({ ...message.referenced_message, starter: true }, store, acts, look);
  const author = authorOf(message);
  const ephemeral = Boolean(message.flags & EPHEMERAL);
  const body = h("div", { class: "message-body" },
    renderHead(message, author, look.grouped),
    renderContent(message, store, look.shown),
    renderFoot(message, store, acts));
  return h("li", {
    class: "message", id: `message-${message.id}`, tabindex: "-1", "aria-label": spoken(message, store),
    data: { message: message.id, grouped: String(Boolean(look.grouped)), ephemeral: String(ephemeral), bot: String(author.bot) },
  }, renderOrigin(message, store, acts), h("div", { class: "message-row" }, look.grouped ? h("span", { class: "gutter-time", "aria-hidden": "true" }, clockTime(new Date(message.timestamp))) : face(author), body), renderTools(message, acts));
}

/** A message in one spoken line: for screen readers and announcements. */
export function spoken(message, store) {
  const { name } = authorOf(message);
  if (message.flags & LOADING) return `${name} is thinking`;
  const pictures = (message.attachments ?? []).filter(isPicture).length;
  const words = [plainText(message.content ?? "", store.names), pictures && `${pictures} ${pictures === 1 ? "picture" : "pictures"}`];
  return `${name}: ${words.filter(Boolean).join(", ") || "a message"}`;
}

function renderHead(message, author, grouped) {
  if (grouped) return null;
  const at = new Date(message.timestamp);
  return h("header", { class: "message-head" },
    h("strong", { class: "author" }, author.name),
    author.bot && h("span", { class: "tag" }, "App"),
    h("time", { datetime: message.timestamp, title: fullTime(at) }, clockTime(at)));
}

function renderContent(message, store, shown) {
  if (message.flags & LOADING) return renderThinking(authorOf(message).name);
  return [
    message.content && h("div", { class: "markdown" }, renderMarkdown(message.content, store.names), message.edited_timestamp && editedMark(message)),
    renderAttachments(message.attachments ?? [], shown),
    (message.embeds ?? []).map((embed) => renderEmbed(embed, store.names)),
    !message.content && message.edited_timestamp && editedMark(message),
  ];
}

function renderThinking(name) {
  return h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), `${name} is thinking…`);
}

function editedMark(message) {
  return h("small", { class: "edited", title: fullTime(new Date(message.edited_timestamp)) }, " (edited)");
}

function renderFoot(message, store, acts) {
  const thread = message.starter ? null : store.thread(message.id);
  return [
    renderRows(message.components ?? [], store, (component, values) => acts.press(message, component, values)),
    message.problem && h("p", { class: "problem", role: "alert" }, icon("alert"), message.problem),
    thread && renderThreadChip(thread, acts),
    message.flags & EPHEMERAL ? renderPrivacy(message, acts) : null,
  ];
}

function renderThreadChip(thread, acts) {
  const count = thread.message_count ?? 0;
  return h("button", { type: "button", class: "thread-chip", data: { focus: `thread-${thread.id}` }, on: { click: () => acts.openThread(thread.id) } },
    icon("thread"), h("strong", {}, thread.name), h("span", {}, count ? `${count} ${count === 1 ? "message" : "messages"}` : "Open"), icon("right"));
}

function renderPrivacy(message, acts) {
  return h("p", { class: "privacy" }, icon("eye"), "Only you can see this ·",
    h("button", { type: "button", class: "link", on: { click: () => acts.remove(message) } }, "Dismiss"));
}

/** The line above: the message it replies to, or the command that made it. */
function renderOrigin(message, store, acts) {
  const used = usedCommand(message);
  if (used) return h("p", { class: "origin" }, h("span", { class: "origin-turn", "aria-hidden": "true" }), h("strong", {}, used.user), " used ", h("code", {}, used.command));
  if (!message.message_reference || message.starter || message.referenced_message === undefined) return null;
  const target = message.referenced_message;
  if (target === null) return h("p", { class: "origin" }, h("span", { class: "origin-turn", "aria-hidden": "true" }), h("em", {}, "The original message was deleted."));
  const pictures = (target.attachments ?? []).filter(isPicture).length;
  const words = plainText(target.content ?? "", store.names) || (pictures ? "A picture" : "A message");
  return h("p", { class: "origin" }, h("span", { class: "origin-turn", "aria-hidden": "true" }), face(authorOf(target), "tiny"),
    h("button", { type: "button", class: "origin-jump", "aria-label": `Go to the message it replies to, by ${authorOf(target).name}: ${words}`, on: { click: () => acts.jump(target.id) } },
      h("strong", {}, authorOf(target).name), h("span", { class: "origin-words" }, words), pictures ? icon("picture") : null));
}

function usedCommand({ type, interaction_metadata: meta }) {
  if (!meta?.name || ![SLASH_ANSWER, MENU_ANSWER].includes(type)) return null;
  return { user: meta.user.global_name ?? meta.user.username, command: type === SLASH_ANSWER ? `/${meta.name}` : meta.name };
}

function renderTools(message, acts) {
  const ephemeral = message.flags & EPHEMERAL;
  return h("div", { class: "message-tools", role: "toolbar", "aria-label": "Message actions" },
    !ephemeral && iconButton("reply", "Reply", () => acts.reply(message), { data: { focus: `reply-${message.id}` } }),
    iconButton("more", "More: message menu", (event) => acts.menu(message, event.currentTarget), { "aria-haspopup": "menu", data: { focus: `more-${message.id}` } }));
}

function renderNotice(message, acts) {
  const threadId = message.message_reference?.channel_id;
  return h("li", { class: "notice", id: `message-${message.id}`, data: { message: message.id } }, icon("thread"),
    h("span", {}, h("strong", {}, authorOf(message).name), " started a thread: "),
    h("button", { type: "button", class: "link", on: { click: () => threadId && acts.openThread(threadId) } }, message.content || "thread"));
}
