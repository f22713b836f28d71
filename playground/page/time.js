// Writes instants for people, in their own language and time zone.

const STEPS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

export function clockTime(at) {
  return at.toLocaleTimeString(undefined, STYLES.t);
}

export function fullTime(at) {
  return at.toLocaleString(undefined, STYLES.F);
}

export function dayName(at, now = new Date()) {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
  if (days === 0 || days === -1) return capital(relative.format(days, "day"));
  return at.toLocaleDateString(undefined, STYLES.D);
}

/** "in 40 seconds", "2 minutes ago". */
export function relativeTime(at, now = new Date()) {
  const seconds = Math.round((at - now) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** Discord's `<t:1700000000:R>`: `style` is one of t T d D f F R. */
export function stampText(at, style) {
  return style === "R" ? relativeTime(at) : at.toLocaleString(undefined, STYLES[style] ?? STYLES.f);
}

/** Keep every `<time data-relative>` on the page up to date. */
export function startTicking() {
  setInterval(() => {
    for (const node of document.querySelectorAll("time[data-relative]")) node.textContent = relativeTime(new Date(node.dateTime));
  }, 1000);
}

function startOfDay(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
