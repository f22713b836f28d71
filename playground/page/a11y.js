// Keyboard and screen-reader manners shared by the whole page.

/**
 * Let the arrow keys move the focus among the children that match `selector`; only one of them is in the tab order.
 * The container may change its children at any time.
 */
export function roving(container, selector, { horizontal = false, wrap = true } = {}) {
  const [back, forth] = horizontal ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const items = () => [...container.querySelectorAll(selector)].filter((item) => !item.disabled);
  const focus = (item) => {
    for (const other of items()) other.tabIndex = other === item ? 0 : -1;
    item.focus();
  };
  container.addEventListener("keydown", (event) => {
    const list = items();
    const at = list.indexOf(document.activeElement);
    if (at < 0) return;
    const step = { [back]: at - 1, [forth]: at + 1, Home: 0, End: list.length - 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = wrap ? (step + list.length) % list.length : Math.max(0, Math.min(list.length - 1, step));
    focus(list[next]);
  });
  container.addEventListener("focusin", (event) => {
    const item = event.target.closest(selector);
    if (item) for (const other of items()) other.tabIndex = other === item ? 0 : -1;
  });
}

/** Say one sentence to screen readers, without moving the focus. */
export function announce(sentence) {
  const live = document.getElementById("live");
  const line = document.createElement("p");
  line.textContent = sentence;
  live.append(line);
  while (live.children.length > 5) live.firstChild.remove();
}

/** Keep the focus on the same control when `change` draws its surroundings anew; controls are told apart by data-focus. */
export function keepFocus(root, change) {
  const held = root.contains(document.activeElement);
  const key = held ? document.activeElement.dataset.focus ?? "" : "";
  change();
  if (held && !root.contains(document.activeElement)) (root.querySelector(`[data-focus="${CSS.escape(key)}"]`) ?? root).focus({ preventScroll: true });
}

export function prefersStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
