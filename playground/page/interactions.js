// Follows each interaction from the press to the bot's answer, or to "This interaction failed".

const REMEMBERED = 200;

export class Interactions {
  #outcomes = new Map();
  #waiting = new Map();

  constructor(api, onModal) {
    this.api = api;
    this.onModal = onModal;
  }

  /** Feed an event of the socket. */
  apply({ t, d }) {
    if (t === "CALLBACK") this.#settle(d.interaction_id, { ok: true, type: d.type, data: d.data });
    if (t === "FAILED") this.#settle(d.interaction_id, { ok: false });
  }

  /**
   * Send an interaction and wait for its first answer.
   * @returns {ok, type, data}; ok is false when the bot did not answer in time. A modal (type 9) has been opened already.
   */
  async send(act, body, files = [], progress = undefined) {
    const { interaction_id } = await this.api.act(act, body, files, progress);
    const outcome = await this.#outcome(interaction_id);
    if (outcome.ok && outcome.type === 9) this.onModal(interaction_id, outcome.data);
    return outcome;
  }

  /** After a cut connection: whoever still waits looks at the messages instead, which are loaded anew. */
  giveUp() {
    for (const settle of this.#waiting.values()) settle({ ok: true, type: null });
    this.#waiting.clear();
  }

  #outcome(id) {
    const known = this.#outcomes.get(id);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #settle(id, outcome) {
    this.#waiting.get(id)?.(outcome);
    this.#waiting.delete(id);
    this.#outcomes.set(id, outcome);
    if (this.#outcomes.size > REMEMBERED) this.#outcomes.delete(this.#outcomes.keys().next().value);
  }
}
