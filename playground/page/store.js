// What this page knows: the person, places, commands, messages. Changes are announced as events; nothing here touches the DOM.

/**
 * Events: "places" (servers, channels, threads), "open" (another channel), "messages" (a channel was loaded),
 * "message" {kind: "create" | "update" | "delete", message}, "typing", "violations", "connection", "reply".
 */
export class Store extends EventTarget {
  me = null;
  people = [];
  bot = null;
  guilds = [];
  dms = [];
  commands = [];
  violations = [];
  violationCount = 0;
  checkOn = false;
  notices = [];
  channelId = null;
  connected = true;
  replyTo = null;
  messages = new Map();
  wholeChannels = new Set();
  unread = new Set();
  typing = new Map();

  load(state) {
    const before = new Map(this.guilds.flatMap(({ threads }) => threads).map((thread) => [thread.id, JSON.stringify(thread)]));
    this.me = state.me;
    this.people = state.people;
    this.bot = state.bot;
    this.guilds = state.guilds;
    this.dms = state.dms;
    this.commands = state.commands;
    this.violations = state.violations;
    this.violationCount = state.violation_count;
    this.checkOn = state.check_on;
    this.notices = state.notices;
    this.tell("places");
    this.tell("violations");
    for (const thread of this.guilds.flatMap(({ threads }) => threads)) {
      const starter = before.get(thread.id) === JSON.stringify(thread) ? null : this.message(thread.id);
      if (starter) this.tell("message", { kind: "update", message: starter });
    }
  }

  tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  on(kinds, listener) {
    for (const kind of kinds.split(" ")) this.addEventListener(kind, ({ detail }) => listener(detail));
  }

  // ── places ────────────────────────────────────────────────────────────────

  /** Every place one can write in: {id, name, kind, guild, parent, topic}. */
  places() {
    const inGuilds = this.guilds.flatMap((guild) => [
      ...guild.channels.map((channel) => ({ ...channel, kind: "channel", guild })),
      ...guild.threads.map((thread) => ({ ...thread, kind: "thread", guild })),
    ]);
    return [...inGuilds, ...this.dms.map((dm) => ({ ...dm, kind: "dm", guild: null }))];
  }

  place(id = this.channelId) {
    return this.places().find((place) => place.id === id) ?? null;
  }

  open(channelId) {
    this.channelId = channelId;
    this.unread.delete(channelId);
    this.replyTo = null;
    this.tell("open");
    this.tell("places");
  }

  setReply(message) {
    this.replyTo = message;
    this.tell("reply");
  }

  // ── messages ──────────────────────────────────────────────────────────────

  here() {
    return this.messages.get(this.channelId) ?? [];
  }

  message(id) {
    for (const list of this.messages.values()) {
      const found = list.find((message) => message.id === id);
      if (found) return found;
    }
    return null;
  }

  fillChannel(channelId, messages) {
    this.messages.set(channelId, messages);
    this.tell("messages", channelId);
  }

  prepend(channelId, older) {
    this.messages.set(channelId, [...older, ...(this.messages.get(channelId) ?? [])]);
    this.tell("messages", channelId);
  }

  #put(message) {
    const list = this.messages.get(message.channel_id);
    if (!list) return;
    const at = list.findIndex(({ id }) => id === message.id);
    if (at >= 0) list[at] = { ...list[at], ...message };
    else list.splice(insertionPoint(list, message.id), 0, message);
    this.tell("message", { kind: at >= 0 ? "update" : "create", message: at >= 0 ? list[at] : message });
  }

  #remove({ id, channel_id }) {
    const list = this.messages.get(channel_id);
    const at = list?.findIndex((message) => message.id === id) ?? -1;
    if (at < 0) return;
    const [message] = list.splice(at, 1);
    if (this.replyTo?.id === id) this.setReply(null);
    this.tell("message", { kind: "delete", message });
  }

  // ── events from the socket ────────────────────────────────────────────────

  apply({ t, d }) {
    switch (t) {
      case "MESSAGE_CREATE": return this.#created(d);
      case "MESSAGE_UPDATE": return this.#put(d);
      case "MESSAGE_DELETE": return this.#remove(d);
      case "TYPING": return this.#typed(d);
      case "STATE": return this.load(d);
      default: return undefined;
    }
  }

  #created(message) {
    this.typing.get(message.channel_id)?.delete(message.author.id);
    if (message.channel_id !== this.channelId && message.author.id !== this.me.id) {
      this.unread.add(message.channel_id);
      this.tell("places");
    }
    this.#put(message);
    this.tell("typing");
  }

  #typed({ channel_id, user_id }) {
    if (user_id === this.me.id) return;
    const typists = this.typing.get(channel_id) ?? new Map();
    typists.set(user_id, Date.now() + 10_000);
    this.typing.set(channel_id, typists);
    this.tell("typing");
  }

  // ── words for ids ─────────────────────────────────────────────────────────

  names = {
    user: (id) => [...this.people, this.bot].find((person) => person?.id === id)?.name ?? "someone",
    channel: (id) => this.places().find((place) => place.id === id)?.name ?? "a channel",
    role: (id) => this.guilds.flatMap(({ roles }) => roles ?? []).find((role) => role.id === id)?.name ?? "a role",
  };

  thread(id) {
    return this.guilds.flatMap(({ threads }) => threads).find((thread) => thread.id === id) ?? null;
  }
}

/** Snowflakes are decimal numbers without leading zeros: longer is later, equal lengths compare as text. */
export function isBefore(a, b) {
  return a.length === b.length ? a < b : a.length < b.length;
}

function insertionPoint(list, id) {
  let at = list.length;
  while (at > 0 && isBefore(id, list[at - 1].id)) at -= 1;
  return at;
}
