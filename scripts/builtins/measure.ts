import { ARGUMENTS, BuiltinProbe, type Answer, type CallForm } from '../../test/harness/servers/builtinProbe.ts';
import type { TestServer } from '../../test/harness/servers/testServer.ts';
import type { NameForm } from '../../src/engine/sql/reserved/nameList.ts';
import type { ReleaseNames } from './mergeReleases.ts';
import { NO_CALLS, SAMPLES } from './samples.ts';

type Answers = Readonly<Record<CallForm, readonly Answer[]>>;

/** What the server itself lists; each release has some of these tables. */
const LISTS = [
  'SELECT word AS name FROM information_schema.keywords',
  'SELECT `function` AS name FROM information_schema.sql_functions',
  'SELECT name FROM mysql.help_topic',
];
/** The first six are 0 to 5 arguments; two more are not counts. */
const COUNTS = ARGUMENTS.length - 2;

/** Asks one server about all candidates and all names that it lists itself. */
export async function measure(server: TestServer, candidates: readonly string[]): Promise<ReleaseNames> {
  const probe = await BuiltinProbe.open(server);
  try {
    const names = new Set(candidates);
    for (const list of LISTS) for (const row of (await probe.ask(list)).rows) names.add(String(row['name']).toUpperCase());
    const functions: Record<string, ReleaseNames['functions'][string]> = {};
    const reserved: Record<string, NonNullable<ReleaseNames['reserved'][string]>> = {};
    for (const name of [...names].filter((one) => /^[A-Z_][A-Z0-9_]*$/.test(one)).sort()) {
      if (await probe.isReserved(name)) reserved[name] = { form: 'any', minArguments: 0, maxArguments: null };
      if (NO_CALLS.has(name)) continue;
      const found = await probe.withStored(name, () => measureOne(probe, name));
      if (found !== undefined) functions[name] = found;
    }
    const [row] = (await probe.ask('SELECT VERSION() AS version')).rows;
    const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(String(row?.['version'])) ?? [];
    return { version: Number(major) * 10_000 + Number(minor) * 100, functions, reserved };
  } finally {
    await probe.close();
  }
}

async function measureOne(probe: BuiltinProbe, name: string): Promise<ReleaseNames['functions'][string] | undefined> {
  const answers: Answers = {
    plain: await probe.answers(name, 'plain'),
    blank: await probe.answers(name, 'blank'),
    quoted: await probe.answers(name, 'quoted'),
  };
  if (answers.plain.includes('native')) return { form: formOf(answers), ...counts(name, answers.plain) };
  const sample = SAMPLES.get(name);
  if (sample === undefined || answers.plain.includes('stored')) return undefined;
  if (!(await isTaken(probe, `SELECT 0+${name}${sample}`))) return undefined;
  return { form: (await isTaken(probe, `SELECT 0+${name} ${sample}`)) ? 'unquoted' : 'adjacent', minArguments: 0, maxArguments: null };
}

async function isTaken(probe: BuiltinProbe, sql: string): Promise<boolean> {
  const SYNTAX_ERRORS = [1064, 1305, 1318];
  return !SYNTAX_ERRORS.includes((await probe.ask(sql)).errno);
}

function formOf({ plain, blank, quoted }: Answers): NameForm {
  const differs = (form: readonly Answer[]): boolean => form.some((answer, i) => answer === 'stored' && plain[i] !== 'stored');
  if (differs(blank)) return 'adjacent';
  return differs(quoted) ? 'unquoted' : 'any';
}

/** The counts of arguments that never reach a stored function; they have to be one range. */
function counts(name: string, answers: readonly Answer[]): { minArguments: number; maxArguments: number | null } {
  const own = answers.slice(0, COUNTS).map((answer) => answer !== 'stored');
  const first = own.indexOf(true);
  const last = own.lastIndexOf(true);
  if (own.slice(first, last + 1).includes(false)) throw new Error(`${name}: stored for some counts of arguments in between`);
  return { minArguments: first, maxArguments: last === COUNTS - 1 ? null : last };
}
