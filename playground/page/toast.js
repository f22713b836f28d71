// Short notes in the corner: what went wrong, or what was just done.

import { fill, h, icon, iconButton } from "./dom.js";

const SHOWN_MS = 7000;

/** @param kind "problem" or "note" */
export function toast(sentence, kind = "problem") {
  const node = h("div", { class: `toast ${kind}`, role: kind === "problem" ? "alert" : "status" });
  const leave = () => node.remove();
  fill(node, icon(kind === "problem" ? "alert" : "check"), h("p", {}, sentence), iconButton("close", "Close this note", leave));
  document.getElementById("toasts").append(node);
  const timer = setTimeout(leave, SHOWN_MS);
  node.addEventListener("pointerenter", () => clearTimeout(timer));
}

/** Run `work` and show its refusal; gives undefined when it was refused. */
export async function orToast(work) {
  try {
    return await work();
  } catch (problem) {
    toast(problem.message || "Something went wrong in this page.");
    return undefined;
  }
}
