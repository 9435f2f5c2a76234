import assert from 'node:assert/strict';
import { VARIABLES } from '../../../src/server/config/variables.ts';
import { startMany, type Ended } from '../../harness/mcp/startMany.ts';
import type { SchemaPath } from '../../harness/schemaKeys.ts';
import { CONFLICTS, LATER, type Mistake } from './starts/conflicts.ts';
import { brokenCases, markedCase } from './starts/brokenFiles.ts';
import { fileCases, unknownCases } from './starts/fileCases.ts';
import { INDEPENDENT } from './starts/independent.ts';
import { checkForm, CONNECTION, ENVIRONMENT, KEYS, nameOf, placeOf, type Case } from './starts/startCase.ts';
import { UNREAD } from './starts/unread.ts';
import { TAKE_ANYTHING, variableCases } from './starts/variableCases.ts';

/** Every place that a mistake sets, with those around it. */
function placesIn({ env = {}, file = {} }: Mistake): string[] {
  const variables = VARIABLES.filter(({ name, aliases = [] }) => [name, ...aliases].some((one) => one in env)).map(({ place }) => place);
  const inside = (value: unknown, path: SchemaPath): string[] =>
    typeof value !== 'object' || value === null
      ? [placeOf(path)]
      : [placeOf(path), ...Object.entries(value).flatMap(([key, one]) => inside(one, [...path, Array.isArray(value) ? Number(key) : key]))];
  return [...variables.map((place) => place.replace(/^http\.tokens\.0$/, 'http.tokens')), ...inside(file, [])];
}

const byHand = ({ title, env, args = ['--check'], file, says, status = 2 }: Mistake): Case => ({
  title,
  start: {
    args: file === undefined ? args : [...args, '--config', 'FILE'],
    env: file === undefined ? { ...ENVIRONMENT, ...env } : { ...env },
    ...(file === undefined ? {} : { file: JSON.stringify({ connections: [CONNECTION], ...file }) }),
  },
  check: (said, ended) => {
    assert.equal(ended.status, status, said);
    for (const one of says) assert.ok(said.includes(one), `${one}\n${said}`);
    if (file === undefined) assert.doesNotMatch(said, /connections[.[]|\b(?:limits|cache|protection|tlsFiles)\./);
  },
});

suite('a start with one mistake', function () {
  this.timeout(600_000); // in the full depth some hundred processes, one after the other
  const groups = new Map<string, Case[]>();
  for (const key of KEYS) groups.set(nameOf(key.path), fileCases(key));
  groups.set('an unknown key of each object', unknownCases);
  groups.set('a file that is no JSON', [...brokenCases, markedCase]);
  const taking: string[] = [];
  for (const variable of VARIABLES) {
    const { cases, wrong } = variableCases(variable);
    groups.set(variable.name, cases);
    if (wrong === 0) taking.push(variable.name);
  }
  for (const [title, mistakes] of Object.entries({
    conflicts: CONFLICTS,
    'what is set and not read': UNREAD,
    'what is found later': LATER,
  }))
    groups.set(title, mistakes.map(byHand));
  const all = [...groups.values()].flat();
  const ended = new Map<Case, Ended>();

  suiteSetup(() => {
    for (const [i, one] of startMany(all.map(({ start }) => start)).entries()) {
      const tried = all[i];
      if (tried !== undefined) ended.set(tried, one);
    }
  });

  test('there are cases for every key and variable', () => {
    assert.ok(KEYS.length > 110, String(KEYS.length));
    assert.ok(all.length > 900, String(all.length));
    assert.deepEqual(taking, TAKE_ANYTHING);
  });

  test('each key and variable stands in a conflict, is told where it is not read, or is said to depend on nothing', () => {
    const places = KEYS.map(({ path }) => placeOf(path));
    const tried = new Set([...CONFLICTS, ...UNREAD, ...LATER].flatMap(placesIn));
    assert.deepEqual(
      places.filter((place) => !tried.has(place) && !INDEPENDENT.includes(place)),
      [],
      'Say in test/integration/server/starts what it does not go with (conflicts.ts), where it has no effect (unread.ts), or that it is INDEPENDENT.',
    );
    assert.deepEqual(
      INDEPENDENT.filter((place) => tried.has(place)),
      [],
    );
    assert.deepEqual(
      INDEPENDENT.filter((place) => !places.includes(place)),
      [],
    );
  });

  for (const [title, cases] of groups)
    test(`${title} [${String(cases.length)}]`, () => {
      for (const one of cases) {
        const end = ended.get(one);
        assert.ok(end !== undefined);
        try {
          one.check(checkForm(end), end);
        } catch (error) {
          throw new Error(`${one.title}\n${JSON.stringify(one.start).slice(0, 500)}\n[${String(end.status)}] ${end.stdout}${end.stderr}`, {
            cause: error,
          });
        }
      }
    });
});
