// Turns a small, safe subset of Discord's markdown into DOM nodes. Text stays text: no HTML is ever parsed, links are http(s) only.

import { h } from "./dom.js";
import { fullTime, stampText } from "./time.js";

/** @param names {user(id), channel(id), role(id)}: the words for mentions. */
export function renderMarkdown(text, names) {
  const out = document.createDocumentFragment();
  const fence = /```(?:([\w+-]+)\n)?\n?([\s\S]*?)\n?```/g;
  let from = 0;
  for (const found of text.matchAll(fence)) {
    renderBlocks(text.slice(from, found.index), names, out);
    out.append(h("pre", {}, h("code", found[1] ? { data: { language: found[1] } } : {}, found[2])));
    from = found.index + found[0].length;
    if (text[from] === "\n") from += 1;
  }
  renderBlocks(text.slice(from), names, out);
  return out;
}

/** The same text in one line without marks, for quotes and announcements. */
export function plainText(text, names) {
  const holder = h("div", {}, renderMarkdown(text, names));
  for (const block of holder.querySelectorAll("p, pre, li, blockquote")) block.append(" ");
  return holder.textContent.replace(/\s+/g, " ").trim();
}

const BLOCKS = [
  { start: /^>>> /, all: true, tag: "blockquote", nested: true },
  { start: /^> ?/, tag: "blockquote", nested: true },
  { start: /^### /, tag: "h5" },
  { start: /^## /, tag: "h4" },
  { start: /^# /, tag: "h3" },
  { start: /^-# /, tag: "small" },
  { start: /^ {0,2}[-*] /, tag: "ul", item: true },
  { start: /^ {0,2}\d{1,3}\. /, tag: "ol", item: true },
];

function renderBlocks(text, names, out) {
  if (!text) return;
  const lines = text.split("\n");
  let paragraph = [];
  const flush = () => {
    while (paragraph.length && paragraph.at(-1) === "") paragraph.pop();
    if (paragraph.length) out.append(h("p", {}, renderInline(paragraph.join("\n"), names)));
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const block = BLOCKS.find(({ start }) => start.test(lines[at]));
    if (!block) {
      paragraph.push(lines[at]);
      continue;
    }
    flush();
    const taken = takeBlock(lines, at, block);
    out.append(renderBlock(block, taken, names));
    at += taken.length - 1;
  }
  flush();
}

function takeBlock(lines, at, { start, all, nested, item }) {
  if (all) return [lines[at].replace(start, ""), ...lines.slice(at + 1)];
  const taken = [];
  while (at < lines.length && start.test(lines[at]) && (taken.length === 0 || nested || item)) {
    taken.push(lines[at].replace(start, ""));
    at += 1;
  }
  return taken;
}

function renderBlock({ tag, nested, item }, lines, names) {
  if (item) return h(tag, {}, lines.map((line) => h("li", {}, renderInline(line, names))));
  if (!nested) return h(tag, { class: "md-block" }, renderInline(lines.join("\n"), names));
  const quote = h("blockquote");
  renderBlocks(lines.join("\n"), names, quote);
  return quote;
}

const PAIRS = [
  ["**", (children) => h("strong", {}, children)],
  ["__", (children) => h("u", {}, children)],
  ["~~", (children) => h("s", {}, children)],
  ["||", spoiler],
  ["*", (children) => h("em", {}, children)],
  ["_", (children) => h("em", {}, children)],
];
const LINK = /^https?:\/\/[^\s<>]+[^\s<>.,:;"'\])]/;
const MASKED = /^\[([^\]\n]{1,300})\]\(<?(https?:\/\/[^\s)>]+)>?\)/;
const TOKEN = /^<(?:@!?(\d+)|@&(\d+)|#(\d+)|t:(-?\d{1,13})(?::([tTdDfFR]))?|\/([^:>\n]{1,100}):\d+|a?:(\w+):\d+|(https?:\/\/[^\s<>]+))>/;

function renderInline(text, names) {
  const out = [];
  let plain = "";
  const push = (node) => {
    if (plain) out.push(plain);
    plain = "";
    out.push(node);
  };
  for (let at = 0; at < text.length;) {
    if (text[at] === "\\" && /[\\*_~|`<>[\]()#\-.!:@]/.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      at += 2;
      continue;
    }
    const found = matchAt(text, at, names);
    if (found) push(found.node);
    else plain += text[at];
    at += found ? found.length : 1;
  }
  if (plain) out.push(plain);
  return out;
}

function matchAt(text, at, names) {
  const rest = text.slice(at, at + 2200);
  switch (text[at]) {
    case "`": return matchCode(rest);
    case "<": return matchToken(rest, names);
    case "[": return matchMasked(rest, names);
    case "h": return matchLink(rest);
    case "@": return matchEveryone(rest);
    case "*": case "_": case "~": case "|": return matchPair(text, at, names);
    default: return null;
  }
}

function matchCode(rest) {
  const found = /^(`{1,2})([^`]|[^`][\s\S]*?[^`])\1(?!`)/.exec(rest);
  return found && { node: h("code", {}, found[2]), length: found[0].length };
}

function matchMasked(rest, names) {
  const found = MASKED.exec(rest);
  return found && { node: link(found[2], renderInline(found[1].replaceAll("[", ""), names)), length: found[0].length };
}

function matchLink(rest) {
  const found = LINK.exec(rest);
  return found && { node: link(found[0], found[0]), length: found[0].length };
}

function matchEveryone(rest) {
  const found = /^@(everyone|here)\b/.exec(rest);
  return found && { node: h("span", { class: "mention" }, found[0]), length: found[0].length };
}

function matchToken(rest, names) {
  const found = TOKEN.exec(rest);
  if (!found) return null;
  const [whole, user, role, channel, seconds, style, command, emoji, url] = found;
  const mention = (words) => h("span", { class: "mention" }, words);
  let node;
  if (user) node = mention(`@${names.user(user)}`);
  else if (role) node = mention(`@${names.role(role)}`);
  else if (channel) node = h("a", { class: "mention", href: `#${channel}` }, `#${names.channel(channel)}`);
  else if (seconds) node = stamp(Number(seconds), style);
  else if (command) node = mention(`/${command}`);
  else if (emoji) node = h("span", {}, `:${emoji}:`);
  else node = link(url, url);
  return { node, length: whole.length };
}

function matchPair(text, at, names) {
  for (const [mark, build] of PAIRS) {
    if (!text.startsWith(mark, at)) continue;
    const end = findClose(text, mark, at);
    if (end < 0) continue;
    const inner = text.slice(at + mark.length, end);
    return { node: build(renderInline(inner, names)), length: end + mark.length - at };
  }
  return null;
}

function findClose(text, mark, open) {
  const from = open + mark.length;
  const single = mark.length === 1;
  if (single && /\s/.test(text[from] ?? " ")) return -1;
  if (mark === "_" && /\w/.test(text[open - 1] ?? " ")) return -1;
  for (let at = from + 1; at <= text.length - mark.length; at += 1) {
    if (text[at - 1] === "\\") continue;
    if (!text.startsWith(mark, at)) continue;
    if (!single) return text.startsWith(mark, at + 1) && mark !== "||" ? at + 1 : at;
    if (text[at + 1] === mark || text[at - 1] === mark || /\s/.test(text[at - 1])) continue;
    if (mark === "_" && /\w/.test(text[at + 1] ?? " ")) continue;
    return at;
  }
  return -1;
}

function link(url, children) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, children);
}

function stamp(seconds, style) {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return h("span", {}, "an unknown time");
  const props = { class: "stamp", datetime: at.toISOString(), title: fullTime(at) };
  if (style === "R") props.data = { relative: "" };
  return h("time", props, stampText(at, style));
}

function spoiler(children) {
  const node = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler, press to show", "aria-expanded": "false" });
  const inner = h("span", { class: "spoiler-text", "aria-hidden": "true" }, children);
  const reveal = (event) => {
    if (node.classList.contains("shown")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label", "aria-expanded"]) node.removeAttribute(name);
    inner.removeAttribute("aria-hidden");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") reveal(event);
  });
  node.append(inner);
  return node;
}
