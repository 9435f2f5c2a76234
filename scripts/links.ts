import { globSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../test/harness/root.ts';

/** `npm run links`: what the documentation links to in the repository is there, headings too. `--online` asks other sites as well; `--root` is for tests. */
const { values } = parseArgs({ options: { root: { type: 'string', default: ROOT }, online: { type: 'boolean', default: false } } });
const root = path.resolve(values.root);
const FILES = ['*.md', 'docs/**/*.md', '.github/**/*.md'];
const ONLINE_MS = 20_000;

const problems: string[] = [];
const seen = new Map<string, Promise<string | undefined>>();
for (const file of FILES.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) {
  const text = withoutCode(await readFile(path.join(root, file), 'utf8'));
  for (const [, target = ''] of text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)) {
    const problem = await check(file, target);
    if (problem !== undefined) problems.push(`${file}: ${target}: ${problem}`);
  }
}
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'All links lead somewhere.' : `${String(problems.length)} links lead nowhere.`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function check(file: string, target: string): Promise<string | undefined> {
  if (/^https?:/.test(target)) return values.online ? checkOnline(target) : undefined;
  if (/^[a-z]+:/.test(target)) return undefined;
  const [place = '', heading] = target.split('#');
  const whole = place === '' ? path.join(root, file) : path.resolve(root, path.dirname(file), decodeURIComponent(place));
  const found = await stat(whole).catch(() => undefined);
  if (found === undefined) return 'there is no such file';
  if (heading === undefined || !whole.endsWith('.md')) return undefined;
  return headings(await readFile(whole, 'utf8')).has(heading) ? undefined : 'there is no such heading';
}

async function checkOnline(url: string): Promise<string | undefined> {
  const asked =
    seen.get(url) ??
    fetch(url, { signal: AbortSignal.timeout(ONLINE_MS), redirect: 'follow' }).then(
      ({ status }) => (status === 404 || status === 410 ? `answered with ${String(status)}` : undefined),
      (error: unknown) => String(error),
    );
  seen.set(url, asked);
  return asked;
}

/** As GitHub makes them: small letters, blanks as hyphens, no punctuation. */
function headings(text: string): Set<string> {
  const lines = withoutCode(text).match(/^#{1,6} .+$/gm) ?? [];
  return new Set(
    lines.map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
}
