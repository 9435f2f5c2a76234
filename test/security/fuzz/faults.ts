import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../harness/root.ts';
import type { Guard } from './fuzzer.ts';

/** A mistake in the lexer that the fuzzer must find: in `file`, `from` becomes `to`. */
export interface Fault {
  readonly name: string;
  readonly file: 'lexer' | 'readings';
  readonly from: string;
  readonly to: string;
}

const fault = (name: string, from: string, to: string, file: Fault['file'] = 'lexer'): Fault => ({ name, file, from, to });

export const FAULTS: readonly Fault[] = [
  fault('a backslash does not escape', "if (ch === '\\\\' && backslashEscapes) i++;\n    else if", 'if'),
  fault(
    'a backslash escapes in quoted names',
    "endOfQuoted(sql, start, false);\n      push('quotedName'",
    "endOfQuoted(sql, start, true);\n      push('quotedName'",
  ),
  fault('a double quote is no quote', `ch === "'" || ch === '"'`, `ch === "'"`),
  fault('a back-tick is no quote', "ch === '`') {\n      const end", "ch === '´') {\n      const end"),
  fault('two dashes always start a comment', 'next === 0x2d && isCommentAfterDashes(code(at + 2))', 'next === 0x2d'),
  fault('two dashes never start a comment', "(ch === '-' && next === 0x2d && isCommentAfterDashes(code(at + 2)))", 'false'),
  fault(
    'two dashes and a tab are no comment',
    'return c === -1 || isSpace(c) || isControl(c);',
    'return c === -1 || c === 0x20 || c === 0x0a;',
  ),
  fault('a hash is no comment', "ch === '#' ||", ''),
  fault('a hash comment ends at the next statement', "const end = sql.indexOf('\\n', at);", "const end = sql.indexOf(';', at);"),
  fault('a line comment runs to the end of the text', 'at = end < 0 ? sql.length : end + 1;', 'at = sql.length;'),
  fault('plain comments nest', "meaning === 'plain' ? endOfComment(sql, start) : endOfSkipped(sql, start)", 'endOfSkipped(sql, start)'),
  fault(
    'skipped comments do not nest',
    "meaning === 'plain' ? endOfComment(sql, start) : endOfSkipped(sql, start)",
    'endOfComment(sql, start)',
  ),
  fault('comments are not skipped', "ch === '/' && next === 0x2a) {", "ch === '/' && next === 0x21) {"),
  fault('a comment ends one character late', 'return end + 2;\n}\n\nfunction hasOpenQuote', 'return end + 3;\n}\n\nfunction hasOpenQuote'),
  fault('executable comments are comments', "typeof meaning === 'number'", "typeof meaning === 'symbol'"),
  fault('one server stands for all', 'readMarks(sql).map(', 'readMarks(sql).slice(0, 1).map(', 'readings'),
  fault('the mark of MariaDB is not known', 'EXECUTABLE = /\\/\\*(M?)!(\\d{0,6})/iy', 'EXECUTABLE = /\\/\\*()!(\\d{0,6})/iy'),
  fault(
    'executable comments are read for an old server only',
    'versions.add(Number(digits.slice(0, 5)));\n    versions.add(Number(digits));',
    '',
    'readings',
  ),
  fault(
    'a no-break space is white space',
    'const isSpace = (c: number): boolean => c === 0x20',
    'const isSpace = (c: number): boolean => c === 0xa0 || c === 0x3000 || c === 0x20',
  ),
  fault('only ASCII letters make names', '|| c >= 0x80;', ';'),
  fault('a vertical tab is no white space', 'c >= 0x09 && c <= 0x0d', 'c >= 0x09 && c <= 0x0a'),
  fault('a number eats the word behind it', '(?:[eE][+-]?\\d+)?)/y', '(?:[eE][+-]?\\d+)?\\w*)/y'),
  fault(
    'NULL with a backslash eats the word behind it',
    "push('operator', start, start + 2); // \\N",
    "push('operator', start, start + 6); // \\N",
  ),
  fault(
    'a variable eats what stands behind it',
    "while (end < sql.length && (isNameCharacter(sql.charCodeAt(end)) || sql.charAt(end) === '.')) end++;",
    "while (end < sql.length && sql.charAt(end) !== ',') end++;",
  ),
  fault('a quoted variable ends at its first quote', 'return endOfQuoted(sql, end, quote', 'return end + 1; void (quote'),
  fault('an assignment is not known', "ch === ':' && next === 0x3d", "ch === ':' && next === 0x3e"),
  fault('separators are not seen', "kind === 'semicolon') {", "kind === 'semicolon' && parts.length > 99) {", 'readings'),
];

/** The guard with that fault in it: the sources are copied, changed and loaded. */
export async function seed({ name, file, from, to }: Fault, number: number): Promise<Guard> {
  const folder = path.join(ROOT, 'out/faults', String(number));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(path.join(ROOT, 'src'), folder, { recursive: true });
  const target = path.join(folder, `engine/sql/${file}.ts`);
  const source = await readFile(target, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`The place of the fault “${name}” is not there once.`);
  await writeFile(
    target,
    source.replace(from, () => to),
  );
  const load = async <T>(name: string): Promise<T> => (await import(pathToFileURL(path.join(folder, name)).href)) as T;
  const { admitReads } = await load<Pick<Guard, 'admitReads'>>('engine/query/admission.ts');
  const { readStatements } = await load<Pick<Guard, 'readStatements'>>('engine/sql/readings.ts');
  return { admitReads, readStatements };
}
