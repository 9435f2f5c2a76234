import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../root.ts';

/** A regular expression of the sources. */
export interface Pattern {
  /** `src/engine/text.ts:12`. */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression that is written as one, in all files below `src`. */
export function patternsOfSources(): Pattern[] {
  const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((name) => patternsIn(path.join('src', name)));
}

function patternsIn(file: string): Pattern[] {
  const text = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
      const { line } = text.getLineAndCharacterOfPosition(node.getStart(text));
      found.push({ at: `${file}:${String(line + 1)}`, source, flags });
    }
    ts.forEachChild(node, visit);
  };
  visit(text);
  return found;
}

const COMMON = Array.from(' \t\n0a=(){}[]<>-.:;,/*\'"`$@#%&_\\').concat(
  ['\r\n', ' (', ' a', '1 ', '${', '-> ', '/*', '--'],
  ["''", '&#', '<a ', 'a.', '.a', ', '],
);

/** Texts of that length that make a pattern begin again, look ahead or go back: a unit many times, of what is common in files and of the pattern's own characters. */
export function* textsAgainst({ source }: Pattern, length: number): Generator<string> {
  const words = new Set(
    source
      .replaceAll(/\\[a-zA-Z](?:\{[^}]*\})?/g, ' ')
      .match(/[A-Za-z_ ]{2,}/g)
      ?.slice(0, 6),
  );
  const own = new Set(source.replaceAll(/[\\^A-Za-z]/g, ''));
  const opens = source.startsWith('^') ? ['', 'Za', ...words].slice(0, 3) : [''];
  for (const unit of new Set([...COMMON, ...own, ...words, ...Array.from(words, (word) => `${word} `)]))
    for (const open of opens) yield `${open}${unit.repeat(Math.ceil(length / unit.length))}\u0001x`;
}
