import { splitScript } from '../sql/script.ts';

const MAX_LENGTH = 256 * 1024;
const DEFINES = new Set(['ALTER', 'CREATE', 'DROP', 'RENAME', 'TRUNCATE']);

/** True for a text with a statement that has no plan and changes a definition. */
export function isMigration(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  return splitScript(text).some((part) =>
    DEFINES.has(/^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^]*?\*\/)*(\w+)/.exec(part.text)?.[1]?.toUpperCase() ?? ''),
  );
}
