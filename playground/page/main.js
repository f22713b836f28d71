// Composes the page: who one is, the state, the socket, the parts. The only module that runs by itself.

import { Acts } from "./acts.js";
import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Interactions } from "./interactions.js";
import { openModal } from "./modal.js";
import { renderMe } from "./render/people.js";
import { Sidebar } from "./render/sidebar.js";
import { Timeline } from "./render/timeline.js";
import { Shell } from "./shell.js";
import { Store } from "./store.js";
import { startTicking } from "./time.js";
import { orToast } from "./toast.js";

/** The address names the person, so that two tabs can be two people. */
function chosenPerson() {
  return new URLSearchParams(location.search).get("as") ?? localStorage.getItem("easel.person") ?? "";
}

function become(id) {
  localStorage.setItem("easel.person", id);
  location.href = `/play?as=${encodeURIComponent(id)}${location.hash}`;
}

function firstPlace(store) {
  const wanted = [location.hash.slice(1), localStorage.getItem("easel.channel")];
  const known = wanted.find((id) => store.place(id));
  return known ?? store.guilds[0]?.channels[0]?.id ?? store.dms[0]?.id ?? null;
}

async function start() {
  const store = new Store();
  const api = new Api(chosenPerson());
  const interactions = new Interactions(api, (id, data) => openModal(data, store, acts.submitModal(id, data)));
  const acts = new Acts(store, api, interactions);
  acts.shell = new Shell(store);
  acts.timeline = new Timeline(store, acts, api);
  acts.composer = new Composer(store, acts);
  new Sidebar(store, acts.openChannel);
  store.on("places", () => renderMe(document.getElementById("me"), store, become));

  const state = await orToast(() => api.state());
  if (!state) return;
  api.person = state.me.id;
  await listen(store, api, interactions, acts);
  store.load(state);
  const place = firstPlace(store);
  if (place) await acts.openChannel(place);
  store.on("places", () => {
    const next = store.place() ? null : firstPlace(store);
    if (next) acts.openChannel(next);
  });
  addEventListener("hashchange", () => store.place(location.hash.slice(1)) && acts.openChannel(location.hash.slice(1)));
  startTicking();
  acts.composer.focus();
  document.documentElement.dataset.ready = "true";
}

/** Resolves with the first connection, so that no event between the state and the socket is lost. */
function listen(store, api, interactions, acts) {
  let wasCut = false;
  const onEvent = (event) => {
    interactions.apply(event);
    store.apply(event);
  };
  const again = async () => {
    const state = await orToast(() => api.state());
    if (state) store.load(state);
    interactions.giveUp();
    store.messages.clear();
    await acts.loadChannel(store.channelId);
  };
  return new Promise((resolve) => {
    api.listen(onEvent, (connected) => {
      store.connected = connected;
      store.tell("connection");
      if (connected && wasCut) again();
      if (connected) resolve();
      else wasCut = true;
    });
  });
}

start();
