// The two columns of places: servers, then the channels and threads of the open one.

import { keepFocus, roving } from "../a11y.js";
import { fill, h, icon } from "../dom.js";
import { face } from "./people.js";

export class Sidebar {
  #guildId = null;

  constructor(store, open) {
    this.store = store;
    this.open = open;
    this.servers = document.getElementById("servers");
    this.channels = document.getElementById("channels");
    roving(this.servers, "button");
    roving(this.channels, "button");
    store.on("places", () => this.draw());
    store.on("open", () => {
      this.#guildId = store.place()?.guild?.id ?? null;
      this.draw();
    });
  }

  draw() {
    if (!this.store.me) return;
    keepFocus(this.servers, () => fill(this.servers, this.#serverButtons()));
    const guild = this.store.guilds.find(({ id }) => id === this.#guildId);
    document.getElementById("place-name").textContent = guild ? guild.name : "Direct messages";
    keepFocus(this.channels, () => fill(this.channels, guild ? this.#guildList(guild) : this.#directList()));
    for (const column of [this.servers, this.channels]) settleTabStop(column);
  }

  #serverButtons() {
    const direct = this.#server("dm", "Direct messages", icon("message"), this.store.dms.map(({ id }) => id));
    const guilds = this.store.guilds.map((guild) => {
      const ids = [...guild.channels, ...guild.threads].map(({ id }) => id);
      return this.#server(guild.id, guild.name, initials(guild.name), ids);
    });
    return [...guilds, h("hr", { class: "servers-line" }), direct];
  }

  #server(id, name, mark, channelIds) {
    const here = id === (this.#guildId ?? "dm");
    const unread = !here && channelIds.some((channelId) => this.store.unread.has(channelId));
    const open = () => channelIds.length && this.open(channelIds[0]);
    return h("button", {
      type: "button", class: "server", title: name, "aria-label": unread ? `${name}, unread messages` : name,
      "aria-current": here ? "true" : null, data: { unread: String(unread), focus: `server-${id}` }, on: { click: open },
    }, mark);
  }

  #guildList(guild) {
    const rows = guild.channels.map((channel) => {
      const threads = guild.threads.filter((thread) => thread.parent_id === channel.id && this.#isListed(thread));
      return [this.#row(channel, "hash"), threads.length > 0 && h("ul", { class: "threads" }, threads.map((thread) => this.#row(thread, "thread")))];
    });
    return [h("h3", { class: "channels-title" }, "Channels"), h("ul", {}, rows)];
  }

  #isListed(thread) {
    return !thread.archived || thread.id === this.store.channelId;
  }

  #directList() {
    return [h("h3", { class: "channels-title" }, "People"), h("ul", {}, this.store.dms.map((dm) => this.#row(dm, null, face({ ...this.store.bot, bot: true }, "small"))))];
  }

  #row({ id, name, nsfw }, iconName, mark = null) {
    const here = id === this.store.channelId;
    const unread = this.store.unread.has(id);
    const label = `${iconName === "thread" ? "thread " : ""}${name}${nsfw ? ", age-restricted" : ""}${unread ? ", unread messages" : ""}`;
    return h("li", {}, h("button", {
      type: "button", class: "channel", "aria-label": label, "aria-current": here ? "page" : null,
      data: { unread: String(unread), focus: id }, on: { click: () => this.open(id) },
    }, mark ?? icon(iconName), h("span", { class: "channel-name" }, name), nsfw && h("small", { class: "tag" }, "18+")));
  }
}

function settleTabStop(column) {
  const buttons = [...column.querySelectorAll("button")];
  const stop = buttons.find((button) => button === document.activeElement) ?? buttons.find((button) => button.ariaCurrent) ?? buttons[0];
  for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
}

function initials(name) {
  return name.split(/\s+/).map((word) => [...word][0]).slice(0, 2).join("").toUpperCase();
}
