// Embeds, kept minimal: title, text, fields, picture, footer.

import { localUrl } from "../api.js";
import { h } from "../dom.js";
import { renderMarkdown } from "../markdown.js";

export function renderEmbed(embed, names) {
  const colour = embed.color ? `#${embed.color.toString(16).padStart(6, "0")}` : null;
  const title = embed.title && renderMarkdown(embed.title, names);
  return h("article", { class: "embed", vars: colour ? { "--stripe": colour } : {} },
    embed.author?.name && h("p", { class: "embed-author" }, embed.author.name),
    title && h("h4", {}, isWeb(embed.url) ? h("a", { href: embed.url, target: "_blank", rel: "noopener noreferrer nofollow" }, title) : title),
    embed.description && h("div", { class: "markdown" }, renderMarkdown(embed.description, names)),
    embed.fields?.length > 0 && h("dl", {}, embed.fields.map((field) => h("div", { data: { inline: String(Boolean(field.inline)) } },
      h("dt", {}, renderMarkdown(field.name, names)), h("dd", {}, renderMarkdown(field.value, names))))),
    embed.image?.url && h("img", { class: "embed-picture", src: localUrl(embed.image.proxy_url ?? embed.image.url), alt: embed.image.description ?? "" }),
    embed.footer?.text && h("p", { class: "embed-foot" }, embed.footer.text));
}

function isWeb(url) {
  return /^https?:\/\//.test(url ?? "");
}
