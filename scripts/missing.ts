import path from 'node:path';

/** What makes the files of a folder. */
const MADE_BY: readonly (readonly [folder: string, command: string])[] = [
  ['dist/npm', 'npm run package:server'],
  ['dist/mcpb', 'npm run package:server'],
  ['dist/NOTICE.txt', 'npm run licenses'],
  ['dist', 'npm run build'],
  ['release', 'npm run release:build'],
  ['out/bench', 'npm run bench'],
  ['out/meta', 'npm run build'],
  ['out/shards', 'npm test -- --coverage --shard (as .github/workflows/ci.yml does)'],
  ['mysql-pilot.vsix', 'npm run package'],
  ['node_modules', 'npm run setup'],
];

/** A sentence for whoever ran a script that ended with `error`: what is missing and what brings it, else the message. */
export function sentenceOf(error: unknown, root: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path: file, syscall } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' || file === undefined) return error.message;
  if (syscall?.startsWith('spawn') === true) return `${file} is needed, and not installed here.`;
  const name = path.relative(root, file).replaceAll(path.sep, '/');
  const command = MADE_BY.find(([folder]) => name === folder || name.startsWith(`${folder}/`))?.[1];
  return command === undefined ? `${name} is missing.` : `${name} is missing: run ${command} first.`;
}
