// The panel of requests that real Discord would have refused.

import { fill, h, icon, iconButton } from "./dom.js";

/** The button for the page's head: a count, or that the check is off. */
export function violationsButton(store) {
  const button = h("button", { type: "button", class: "check-button", on: { click: () => openPanel(store) } });
  const draw = () => {
    const count = store.violationCount;
    button.dataset.level = count ? "bad" : store.checkOn ? "good" : "off";
    const words = count ? `${count} ${count === 1 ? "violation" : "violations"}` : store.checkOn ? "0 violations" : "schema check OFF";
    button.title = "What real Discord would have refused";
    fill(button, icon(count ? "alert" : "shield"), h("span", {}, words));
  };
  store.on("violations", draw);
  draw();
  return button;
}

function openPanel(store) {
  const dialog = h("dialog", { class: "sheet", "aria-labelledby": "violations-title" });
  const draw = () => fill(dialog, renderPanel(store, () => dialog.close()));
  store.on("violations", () => dialog.isConnected && draw());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  draw();
  dialog.showModal();
}

function renderPanel({ violations, checkOn }, close) {
  return [
    h("header", { class: "sheet-head" }, h("h2", { id: "violations-title" }, "Violations"), iconButton("close", "Close", close)),
    h("p", { class: "sheet-lead" }, checkOn
      ? "Every request the bot makes is checked against Discord's own description and its written rules. What is listed here, real Discord would refuse."
      : "Schema check OFF: Discord's OpenAPI description was not found, so only the hand-written rules were applied. Set DISCORD_SPEC to its file to switch the check on."),
    violations.length
      ? h("ol", { class: "violations" }, [...violations].reverse().map(renderViolation))
      : h("p", { class: "sheet-empty" }, icon("check"), checkOn ? "Nothing so far. Every request was valid." : "The hand-written rules found nothing."),
  ];
}

function renderViolation({ where, rule, detail }) {
  return h("li", {}, h("code", { class: "violation-where" }, where), h("strong", {}, rule), h("p", {}, detail));
}
