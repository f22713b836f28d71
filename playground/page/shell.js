// The frame around the conversation: the head of the page, the drawer on a phone, the theme, the footer, the banner.

import { fill, h, icon, iconButton } from "./dom.js";
import { violationsButton } from "./violations.js";

const NARROW = matchMedia("(max-width: 760px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

export class Shell {
  constructor(store) {
    this.store = store;
    this.shell = document.getElementById("shell");
    this.drawer = document.getElementById("drawer");
    this.main = document.getElementById("main");
    this.title = h("div", { class: "head-title" });
    const menu = iconButton("menu", "Channels", () => this.setDrawer(true), { class: "icon-button head-menu", "aria-controls": "drawer" });
    fill(document.getElementById("head"), menu, this.title, violationsButton(store), themeButton());
    document.getElementById("drawer-veil").addEventListener("click", () => this.setDrawer(false));
    this.drawer.addEventListener("keydown", (event) => event.key === "Escape" && NARROW.matches && this.setDrawer(false));
    NARROW.addEventListener("change", () => this.setDrawer(false, false));
    store.on("open places", () => this.draw());
    store.on("connection", () => this.drawBanner());
    this.setDrawer(false, false);
  }

  draw() {
    const place = this.store.place();
    if (!place) return;
    const mark = { channel: "hash", thread: "thread", dm: "message" }[place.kind];
    const parent = place.parent_id && place.guild?.channels.find(({ id }) => id === place.parent_id);
    fill(this.title, icon(mark), h("div", { class: "head-words" },
      h("h1", {}, parent ? h("span", { class: "head-parent" }, `#${parent.name} / `) : null, place.name),
      place.topic && h("p", {}, place.topic)));
    document.title = `${place.kind === "channel" ? "#" : ""}${place.name} · Easel playground`;
    this.#drawFoot();
    this.drawBanner();
  }

  setDrawer(open, moveFocus = true) {
    this.shell.dataset.drawer = open ? "open" : "closed";
    this.drawer.inert = NARROW.matches && !open;
    this.main.inert = NARROW.matches && open;
    if (!moveFocus || !NARROW.matches) return;
    if (open) this.drawer.querySelector("[aria-current=page]")?.focus();
    else this.main.querySelector(".head-menu").focus();
  }

  #drawFoot() {
    fill(document.getElementById("foot"), this.store.notices.join(" · "));
  }

  drawBanner() {
    const banner = document.getElementById("banner");
    const words = bannerWords(this.store);
    banner.hidden = words === "";
    banner.textContent = words;
  }
}

function bannerWords({ connected, bot }) {
  if (!connected) return "The connection to the playground was cut. Trying again…";
  return bot?.online === false ? `${bot.name} is not connected at the moment: it sees nothing and answers nothing.` : "";
}

function themeButton() {
  const button = iconButton("moon", "", () => {
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem("easel.theme", next);
    draw();
  });
  const draw = () => {
    const label = isDark() ? "Light colours" : "Dark colours";
    button.setAttribute("aria-label", label);
    button.title = label;
    fill(button, icon(isDark() ? "sun" : "moon"));
  };
  DARK.addEventListener("change", draw);
  draw();
  return button;
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : DARK.matches;
}
