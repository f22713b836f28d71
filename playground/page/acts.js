// What a person does in this page, each as one function: it sends, shows that it waits, and says what went wrong.

import { messageCommands, slashCommands } from "./commands.js";
import { plainText } from "./markdown.js";
import { openMenu } from "./menu.js";
import { openModal } from "./modal.js";
import { localUrl } from "./api.js";
import { isPicture } from "./render/pictures.js";
import { EPHEMERAL } from "./render/message.js";
import { orToast, toast } from "./toast.js";

const NO_ANSWER = "This interaction failed.";
const PAGE = 50;

const MANAGE_MESSAGES = 1n << 13n; // Discord docs, topics/permissions, read 2026-11-20
const TEXT_INPUT = 4, LABEL = 18;

/** The form for a thread's name, in the shape of a bot's modal. */
function threadForm(message, store) {
  const name = plainText(message.content ?? "", store.names).slice(0, 60) || "Thread";
  const field = { type: TEXT_INPUT, style: 1, custom_id: "name", min_length: 1, max_length: 100, value: name };
  return { title: "Start a thread", custom_id: "thread", components: [{ type: LABEL, label: "Name", component: field }] };
}

export class Acts {
  composer = null;
  timeline = null;
  shell = null;

  constructor(store, api, interactions) {
    this.store = store;
    this.api = api;
    this.interactions = interactions;
  }

  openChannel = async (id) => {
    this.store.open(id);
    if (location.hash === "") history.replaceState(null, "", `#${id}`);
    else if (location.hash !== `#${id}`) history.pushState(null, "", `#${id}`);
    localStorage.setItem("easel.channel", id);
    this.shell.setDrawer(false, false);
    if (!this.store.messages.has(id)) await this.loadChannel(id);
  };

  loadChannel = async (id) => {
    const messages = await orToast(() => this.api.messages(id));
    if (messages) this.store.fillChannel(id, messages);
  };

  older = async () => {
    const { channelId } = this.store;
    const messages = await orToast(() => this.api.messages(channelId, this.store.here()[0].id));
    if (!messages) return;
    if (messages.length < PAGE) this.store.wholeChannels.add(channelId);
    this.store.prepend(channelId, messages);
  };

  openThread = (id) => this.openChannel(id);

  say = async ({ content, files, replyTo, ping }) => {
    const pending = this.timeline.pending(files.length ? `Sending ${files.length} ${files.length === 1 ? "file" : "files"}…` : "Sending…");
    const body = { channel: this.store.channelId, content, reply_to: replyTo?.id ?? null, ping };
    const sent = await orToast(() => this.api.act("say", body, files.map((file) => ["files", file]), pending.progress));
    pending.done();
    return sent !== undefined;
  };

  slash = async (command, options, files) => {
    const body = { name: command.name, options, channel: this.store.channelId };
    return this.#interact("slash", `/${command.name}`, body, files);
  };

  complete = async (name, options, focused) => {
    const answer = await this.api.act("complete", { name, options: options.filter((option) => option.name !== focused.name), focused, channel: this.store.channelId }).catch(() => ({ choices: [] }));
    return answer.choices;
  };

  tryCommand = (name, values) => {
    const command = slashCommands(this.store).find((each) => each.name === name);
    if (command) this.composer.openCommand(command, values);
  };

  press = async (message, component, values) => {
    const body = { message: message.id, channel: message.channel_id, custom_id: component.custom_id, type: component.type, values };
    this.#setProblem(message, null);
    const outcome = await orToast(() => this.interactions.send("click", body));
    if (outcome && !outcome.ok) this.#setProblem(message, NO_ANSWER);
  };

  submitModal = (interactionId, data) => async (values, files, progress) => {
    const body = { interaction_id: interactionId, custom_id: data.custom_id, values };
    try {
      const outcome = await this.interactions.send("modal", body, files, progress);
      return outcome.ok ? null : "Something went wrong. Your words are still here: try again.";
    } catch (problem) {
      return problem.message;
    }
  };

  /** Delete a message, or dismiss one that only this person sees. */
  remove = (message) => orToast(() => this.api.act("delete", { channel: message.channel_id, message: message.id }));

  typing = () => this.api.act("typing", { channel: this.store.channelId }).catch(() => {});

  startThread = (message) => openModal(threadForm(message, this.store), this.store, async ({ name }) => {
    try {
      const { channel_id } = await this.api.act("thread", { channel: message.channel_id, message: message.id, name });
      await this.whenKnown(channel_id);
      this.openChannel(channel_id);
      return null;
    } catch (problem) {
      return problem.message;
    }
  });

  /** Resolves once the state names this place. */
  whenKnown = (id) => new Promise((resolve) => {
    const look = () => {
      if (!this.store.place(id)) return;
      this.store.removeEventListener("places", look);
      resolve();
    };
    this.store.addEventListener("places", look);
    look();
  });

  reply = (message) => this.store.setReply(message);

  jump = (id) => {
    if (!this.timeline.jump(id)) toast("That message is not loaded here.", "note");
  };

  menu = (message, anchor, pictureId = null) => {
    const apps = message.flags & EPHEMERAL ? [] : messageCommands(this.store);
    const mine = message.author.id === this.store.me.id || this.#moderates();
    openMenu(anchor, "Message menu", [
      ...(message.flags & EPHEMERAL ? [] : [{ label: "Reply", icon: "reply", run: () => this.reply(message) }]),
      ...(apps.length ? [{ heading: "Apps" }, ...apps.map(({ name }) => ({ label: name, icon: "paint", run: () => this.#context(name, message) })), { heading: "Message" }] : []),
      ...(message.content ? [{ label: "Copy text", icon: "copy", run: () => this.#copy(message.content) }] : []),
      ...this.#saveEntries(message, pictureId),
      ...(this.#takesThread(message) ? [{ label: "Start a thread", icon: "thread", run: () => this.startThread(message) }] : []),
      ...(message.flags & EPHEMERAL ? [{ label: "Dismiss", icon: "close", run: () => this.remove(message) }] : []),
      ...(mine && !(message.flags & EPHEMERAL) ? [{ label: "Delete message", icon: "trash", danger: true, run: () => this.remove(message) }] : []),
    ]);
  };

  #moderates() {
    return (BigInt(this.store.place()?.guild?.permissions ?? 0) & MANAGE_MESSAGES) !== 0n;
  }

  #takesThread(message) {
    return this.store.place()?.kind === "channel" && !(message.flags & EPHEMERAL) && !this.store.thread(message.id);
  }

  #saveEntries(message, pictureId) {
    const pictures = (message.attachments ?? []).filter(isPicture).filter(({ id }) => pictureId === null || id === pictureId);
    return pictures.map((picture, at) => ({
      label: pictures.length === 1 ? "Save picture" : `Save picture ${at + 1}`, icon: "download", href: localUrl(picture.url), download: picture.filename,
    }));
  }

  #context(name, message) {
    return this.#interact("context", name, { name, message: message.id, channel: message.channel_id }, []);
  }

  async #interact(act, words, body, files) {
    const pending = this.timeline.pending(words);
    const outcome = await orToast(() => this.interactions.send(act, body, files, pending.progress));
    if (outcome && !outcome.ok) pending.fail(NO_ANSWER);
    else pending.done();
    return outcome !== undefined;
  }

  #setProblem(message, problem) {
    const known = this.store.message(message.id);
    if (!known || (known.problem ?? null) === problem) return;
    this.store.apply({ t: "MESSAGE_UPDATE", d: { ...known, problem } });
  }

  async #copy(text) {
    await orToast(() => navigator.clipboard.writeText(text));
    toast("Copied.", "note");
  }
}
