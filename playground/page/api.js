// Speaks the page's protocol with the local Discord: a state, messages, a WebSocket of events, and one POST per act.

/** A refusal with a sentence to show. */
export class Refused extends Error {}

export class Api {
  /** @param person the id of the person every request acts as. */
  constructor(person) {
    this.person = person;
  }

  state() {
    return this.#get("/play/state", {});
  }

  /** The newest messages of a channel, oldest first; with `before`, the ones before that message. */
  messages(channel, before = null) {
    return this.#get("/play/messages", before ? { channel, before } : { channel });
  }

  /** Do one act: say, slash, complete, click, context, modal. `files` is [[field, File]]; progress gets 0..1. */
  act(name, body, files = [], progress = () => {}) {
    const form = new FormData();
    form.append("json", JSON.stringify({ as: this.person, ...body }));
    for (const [field, file] of files) form.append(field, file, file.name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `/play/${name}`);
      request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
      request.addEventListener("load", () => settle(request.status, request.responseText, resolve, reject));
      request.addEventListener("error", () => reject(new Refused("The playground did not answer. Is it still running?")));
      request.send(form);
    });
  }

  /** Listen for events for as long as the page lives, connecting again after a cut. */
  listen(onEvent, onConnection) {
    let wait_ms = 250;
    const connect = () => {
      const url = new URL(`/play/ws?as=${encodeURIComponent(this.person)}`, location.href);
      url.protocol = url.protocol.replace("http", "ws");
      const socket = new WebSocket(url);
      socket.addEventListener("open", () => {
        wait_ms = 250;
        onConnection(true);
      });
      socket.addEventListener("message", ({ data }) => onEvent(JSON.parse(data)));
      socket.addEventListener("close", () => {
        onConnection(false);
        setTimeout(connect, wait_ms);
        wait_ms = Math.min(wait_ms * 2, 5000);
      });
    };
    connect();
  }

  async #get(path, query) {
    const url = `${path}?${new URLSearchParams({ as: this.person, ...query })}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => {
      throw new Refused("The playground did not answer. Is it still running?");
    });
    return new Promise((resolve, reject) => {
      answer.text().then((text) => settle(answer.status, text, resolve, reject), reject);
    });
  }
}

function settle(status, text, resolve, reject) {
  const body = readJson(text);
  if (status < 400 && body !== undefined) resolve(body);
  else reject(new Refused(body?.message ?? `The playground answered ${status}.`));
}

function readJson(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return undefined;
  }
}

/** An address on this very server, whichever loopback name it was written with. */
export function localUrl(url) {
  const parsed = new URL(url, location.href);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(parsed.hostname) && parsed.port === location.port;
  return loopback ? parsed.pathname + parsed.search : parsed.href;
}
