import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What the window says to people, as it stands in the code: the first argument of each `l10n.t` and `phrase`, which has to be a plain string. Throws for another one. */
export function textsOf(root: string): Set<string> {
  const texts = new Set<string>();
  for (const file of globSync('src/{extension,engine,review}/**/*.ts', { cwd: root })) {
    const code = readFileSync(path.join(root, file), 'utf8');
    const calls = file.startsWith(path.join('src', 'engine')) ? /(?<![\w.]|function )phrase\(/g : /\bl10n\.t\(|(?<![\w.])t\(/g;
    for (const { index } of code.matchAll(calls)) {
      const [, single, double] = /^[^(]*\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")\s*[,)]/.exec(code.slice(index)) ?? [];
      const text = single ?? double;
      if (text === undefined)
        throw new Error(`${file}: ${code.slice(index, index + 60)} … is no plain string, so that nobody could translate it.`);
      texts.add(text.replaceAll(/\\(['"])/g, '$1').replaceAll(String.raw`\n`, '\n'));
    }
  }
  return texts;
}

/** Names of the manifest that stand in `package.nls*.json`. */
export function namesOf(manifest: string): Set<string> {
  return new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key = '']) => key));
}
