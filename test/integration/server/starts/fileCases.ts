import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Start } from '../../../harness/mcp/startMany.ts';
import { ANY_NAME, type SchemaKey, type SchemaNode, type SchemaPath } from '../../../harness/schemaKeys.ts';
import { CONNECTION, KEYS, nameOf, placeOf, problemsOf, SECRET, slipsOf, type Case } from './startCase.ts';

const fits = (node: SchemaNode, value: unknown): boolean => z.fromJSONSchema(node as z.core.JSONSchema.JSONSchema).safeParse(value).success;

/** What must stand beside other keys, so that one mistake is the only one. */
const BESIDE: Readonly<Record<string, object>> = {
  'connections.0': CONNECTION,
  'connections.0.ssh': { host: 'bastion' },
  'connections.0.ssh.jumps.0': { host: 'outside' },
  'connections.0.tlsFiles': { certificate: '/c', key: '/k' },
  'connections.0.allowedFunctions.0': { database: 'shop', name: 'f' },
  'protection.filter': { mode: 'combined', deny: ['x'], allow: ['x'] },
  http: { certificate: '/c', key: '/k' },
  'tools.0': { name: 't', description: 'd', sql: 'SELECT 1' },
  'tools.0.parameters.p': { type: 'string' },
};

function fileWith(path: SchemaPath, value: unknown): string {
  const file: Record<string, unknown> = { connections: [{ ...CONNECTION }] };
  let at: Record<string | number, unknown> = file;
  for (const [i, key] of path.slice(0, -1).entries()) {
    const beside = BESIDE[placeOf(path.slice(0, i + 1))];
    at[key] ??= typeof path[i + 1] === 'number' ? [] : { ...beside };
    at = at[key] as Record<string | number, unknown>;
  }
  if (path.includes('parameters') && path.length > 3)
    Object.assign((file['tools'] as Record<string, unknown>[])[0] ?? {}, { sql: `SELECT :${ANY_NAME}` });
  at[path.at(-1) ?? ''] = value;
  return JSON.stringify(file);
}

const withFile = (file: string): Start => ({ args: ['--check', '--config', 'FILE'], env: {}, file });

/** The same, without what has the slip in its name. */
function fileWithSlip(path: SchemaPath, slip: string): string {
  const file = JSON.parse(fileWith([...path.slice(0, -1), slip], 1)) as object;
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], file);
  Object.assign(parent as object, { [String(path.at(-1))]: undefined });
  return JSON.stringify(file);
}

/** The same key once more beside itself, which `JSON.parse` would let win. */
function fileWithTwice(path: SchemaPath): string {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], JSON.parse(fileWith(path, 1)));
  const [key, mark] = [String(path.at(-1)), '-once-more'];
  assert.ok(key in (parent as object));
  const whole = JSON.parse(fileWith([...path.slice(0, -1), `${key}${mark}`], 1)) as object;
  const beside = path.slice(0, -1).reduce<unknown>((at, one) => (at as Record<string | number, unknown>)[one], whole);
  Object.assign(beside as object, { [key]: 1 });
  return JSON.stringify(whole).replace(mark, '');
}

/** One of each kind, and each just over its bounds. */
function wrongValues(node: SchemaNode): unknown[] {
  const { minimum, exclusiveMinimum, maximum, minLength, maxLength, minItems, maxItems, items } = node;
  const over = [
    ...[minimum, exclusiveMinimum].flatMap((bound) =>
      bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? [] : [bound - 1],
    ),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [maximum + 1]),
    ...(minLength === undefined ? [] : ['']),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
    ...(minItems === undefined ? [] : [[]]),
    ...(maxItems === undefined || items === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => 'x')]),
  ];
  return [null, true, `${SECRET} !`, 1.5, [SECRET], { [SECRET.toLowerCase()]: 1 }, ...over].filter((value) => !fits(node, value));
}

export function fileCases({ path, node, parent }: SchemaKey): Case[] {
  const key = String(path.at(-1));
  const name = nameOf(path);
  const named = key !== ANY_NAME;
  const required = parent.required?.includes(key) === true;
  const slips = named ? slipsOf(key) : [];
  return [
    ...slips.map((slip): Case => {
      const expected = `${nameOf([...path.slice(0, -1), slip])} is unknown. Did you mean ${key}?`;
      return {
        title: expected,
        start: withFile(fileWithSlip(path, slip)),
        check: (_, ended) => {
          const [, ...problems] = problemsOf(ended);
          assert.deepEqual(
            problems.filter((problem) => !(required && (problem === `${name} is missing.` || problem.startsWith(`${name} must be `)))),
            [expected],
          );
        },
      };
    }),
    {
      title: `${name} twice`,
      start: withFile(fileWithTwice(path)),
      check: (_, ended) => {
        assert.deepEqual(problemsOf(ended).slice(1), [`${name} is given twice.`]);
      },
    },
    ...wrongValues(node).map((value): Case => {
      const title = `${name}: ${JSON.stringify(value).slice(0, 40)}`;
      return {
        title,
        start: withFile(fileWith(path, value)),
        check: (_, ended) => {
          const [, ...problems] = problemsOf(ended);
          assert.ok(problems.length > 0, title);
          for (const problem of problems) assert.ok(problem.startsWith(name), `${title}\n${problem}`);
          for (const one of node.enum ?? []) assert.ok(problems.join('\n').includes(String(one)), problems.join('\n'));
          if (typeof value !== 'number') return;
          for (const bound of [node.minimum, node.maximum])
            if (bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER && value !== 1.5)
              assert.ok(problems.join('\n').includes(String(bound)), problems.join('\n'));
        },
      };
    }),
  ];
}

/** An unknown key in each object tells those that are known. */
const objects = new Map(
  KEYS.filter(({ parent }) => parent.properties !== undefined || parent.propertyNames?.enum !== undefined).map((key) => [
    placeOf(key.path.slice(0, -1)),
    key,
  ]),
);
export const unknownCases = [...objects.values()].map(({ path, parent }): Case => {
  const at = [...path.slice(0, -1), 'zzzzzz'];
  return {
    title: `${nameOf(at)} is unknown`,
    start: withFile(fileWith(at, 1)),
    check: (_, ended) => {
      const known = Object.keys(parent.properties ?? {}).filter((one) => one !== '$schema');
      const expected = `${nameOf(at)} is unknown. Valid names: ${(parent.propertyNames?.enum ?? known).join(', ')}.`;
      const [, ...problems] = problemsOf(ended);
      assert.ok(problems.includes(expected), `${expected}\n${problems.join('\n')}`);
    },
  };
});
