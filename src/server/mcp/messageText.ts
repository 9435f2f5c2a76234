/** What the deepest arguments of a tool need, many times over. Each level would cost the stack of whoever walks the message. */
const MAX_DEPTH = 64;
/** A message of JSON-RPC has six members at most, and a few of ours would not matter. */
const MAX_MEMBERS = 16;
/** In one batch. */
const MAX_BATCH = 100;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPENS, CLOSES] = [new Set([0x5b, 0x7b]), new Set([0x5d, 0x7d])];

/** The JSON of a message, which need not be one of the protocol's. Undefined for what is none, or is deeper or wider than any message: it would cost seconds to be refused later. */
export function parseMessage(bytes: Buffer): unknown {
  if (!isFlat(bytes)) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  const all: readonly unknown[] = Array.isArray(message) ? message : [message];
  return all.length <= MAX_BATCH && all.every(isNarrow) ? message : undefined;
}

/** Counts brackets outside of strings; in UTF-8 no byte of another character looks like one. */
function isFlat(bytes: Buffer): boolean {
  let [depth, inString] = [0, false];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENS.has(byte)) {
      if (++depth > MAX_DEPTH) return false;
    } else if (CLOSES.has(byte)) depth--;
  }
  return true;
}

function isNarrow(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return true; // the SDK says what it is not
  let members = 0;
  for (const _ in message) if (++members > MAX_MEMBERS) return false;
  return true;
}
