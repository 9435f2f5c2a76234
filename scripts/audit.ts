import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run audit:packages`: `npm audit`, less what `.github/audit-allow.json` lets pass until a day, with a reason. `--report`, `--allow` and `--today` are for
 * tests and for a report that is there already.
 */
const ReportSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      via: z.array(z.union([z.string(), z.object({ url: z.string(), title: z.string(), severity: z.string() })])),
    }),
  ),
});
const AllowSchema = z.array(
  z.strictObject({
    /** For example GHSA-xxxx-xxxx-xxxx. */
    advisory: z.string().regex(/^GHSA(?:-[0-9a-z]{4}){3}$/),
    until: z.iso.date(),
    reason: z.string().min(20),
  }),
);

const { values } = parseArgs({
  options: {
    report: { type: 'string' },
    allow: { type: 'string', default: path.join(ROOT, '.github/audit-allow.json') },
    today: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});
const allowed = AllowSchema.parse(JSON.parse(await readFile(values.allow, 'utf8')));
const text =
  values.report === undefined
    ? spawnSync('npm', ['audit', '--json'], { cwd: ROOT, encoding: 'utf8' }).stdout
    : await readFile(values.report, 'utf8');
const said = parsed(text);
const report = ReportSchema.safeParse(said);
if (!report.success) {
  const { message = text.trim() } = z.object({ message: z.string().optional() }).catch({}).parse(said);
  throw new Error(`npm audit gave no report: ${message.slice(0, 300)}\nDoes the registry that npm is set to answer it?`);
}
const { vulnerabilities } = report.data;
const advisories = new Map(
  Object.entries(vulnerabilities).flatMap(([name, { via }]) =>
    via.flatMap((one) =>
      typeof one === 'string' ? [] : [[path.basename(one.url), `${name}: ${one.title} (${one.severity}, ${one.url})`] as const],
    ),
  ),
);
const problems = [
  ...[...advisories].filter(([id]) => !allowed.some(({ advisory }) => advisory === id)).map(([, what]) => what),
  ...allowed
    .filter(({ until }) => until < values.today)
    .map(({ advisory, until }) => `${advisory} was let pass until ${until}: decide anew.`),
  ...allowed
    .filter(({ advisory }) => !advisories.has(advisory))
    .map(({ advisory }) => `${advisory} is found no longer: take it out of the list.`),
];
for (const problem of problems) console.error(problem);
console.log(`${String(advisories.size)} advisories, ${String(allowed.length)} let pass for now.`);
process.exitCode = problems.length === 0 ? 0 : 1;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // told as no report
  }
}
