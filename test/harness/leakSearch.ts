import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

export interface Leak {
  readonly file: string;
  readonly form: string;
}

/** The byte patterns by which a text can be recognized, by the name of their form. */
export function formsOf(text: string): ReadonlyMap<string, Buffer> {
  const utf8 = Buffer.from(text, 'utf8');
  const forms = new Map<string, Buffer>([
    ['UTF-8', utf8],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['HEX', Buffer.from(utf8.toString('hex').toUpperCase())],
    ['URL', Buffer.from(encodeURIComponent(text))],
    ['JSON', Buffer.from(JSON.stringify(text).slice(1, -1))],
  ]);
  // Inside a longer text, base64 depends on the offset modulo 3; the characters at both ends depend on the neighbors and are cut.
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), utf8])
      .toString('base64')
      .replace(/=+$/, '');
    const from = shift === 0 ? 0 : shift + 1;
    const to = (shift + utf8.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    forms.set(`base64 at offset ${String(shift)}`, Buffer.from(encoded.slice(from, to)));
  }
  return forms;
}

export function findForms(content: Buffer, forms: ReadonlyMap<string, Buffer>): string[] {
  return [...forms].filter(([, pattern]) => content.includes(pattern)).map(([form]) => form);
}

/** Reads every file below the folders, whatever it is, and tells in which one the text stands in which form. */
export async function searchLeaks(folders: readonly string[], text: string): Promise<{ leaks: Leak[]; files: number }> {
  const forms = formsOf(text);
  const leaks: Leak[] = [];
  let files = 0;
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const content = await readFile(file).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // a browser that runs has removed it meanwhile
        throw error;
      });
      if (content === undefined) continue;
      files++;
      for (const form of findForms(content, forms)) leaks.push({ file, form });
    }
  }
  return { leaks, files };
}
