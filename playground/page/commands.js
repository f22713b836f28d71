// The synced commands as a person sees them: flat, filtered by place and permission, searchable. Pure.

const SLASH = 1;
const MESSAGE = 3;
const SUBCOMMAND = 1;
const GROUP = 2;
const BOT_DM = 1;
const ADMINISTRATOR = 8n;

/** Slash commands usable here: {name: "gateway list", description, options}, in the bot's order. */
export function slashCommands(store) {
  return usable(store, SLASH).flatMap((command) => flatten(command, command.name));
}

/** The commands of a message's right-click menu. */
export function messageCommands(store) {
  return usable(store, MESSAGE);
}

function usable(store, type) {
  const place = store.place();
  if (!place) return [];
  return store.commands.filter((command) => command.type === type && isAllowed(command, place));
}

function isAllowed(command, place) {
  if (command.guild_id && command.guild_id !== place.guild?.id) return false;
  if (!place.guild) return command.contexts ? command.contexts.includes(BOT_DM) : command.dm_permission !== false;
  if (command.contexts && !command.contexts.includes(0)) return false;
  const needed = command.default_member_permissions;
  if (needed === null || needed === undefined) return true;
  const held = BigInt(place.guild.permissions ?? 0);
  if (held & ADMINISTRATOR) return true;
  return BigInt(needed) !== 0n && (held & BigInt(needed)) === BigInt(needed);
}

function flatten(command, path) {
  const below = (command.options ?? []).filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  if (below.length === 0) return [{ name: path, description: command.description, options: command.options ?? [] }];
  return below.flatMap((option) => flatten(option, `${path} ${option.name}`));
}

/** The commands whose name starts with what was typed after "/", then those that contain it. */
export function searchCommands(commands, typed) {
  const wanted = typed.toLowerCase().trimEnd();
  const starts = commands.filter(({ name }) => name.startsWith(wanted));
  const contains = commands.filter(({ name, description }) => !name.startsWith(wanted) && `${name} ${description}`.toLowerCase().includes(wanted));
  return [...starts, ...contains];
}
