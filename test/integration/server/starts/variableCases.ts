import assert from 'node:assert/strict';
import { readEnvironment } from '../../../../src/server/config/environment.ts';
import type { VARIABLES } from '../../../../src/server/config/variables.ts';
import type { SchemaNode } from '../../../harness/schemaKeys.ts';
import { ENVIRONMENT, KEYS, placeOf, problemsOf, SECRET, slipsOf, type Case } from './startCase.ts';

const nodeAt = (place: string): SchemaNode => KEYS.find(({ path }) => placeOf(path) === place)?.node ?? {};
/** Whatever they hold may be meant; what does not work is told by whom it is meant for. */
export const TAKE_ANYTHING: readonly string[] = [
  'MYSQL_PASSWORD',
  'MYSQL_SSH_PASSPHRASE',
  'MYSQL_SSH_PASSWORD',
  'MYSQL_COLUMNS_KEY',
  'MYSQL_WRITES_FROM',
  'MYSQL_HTTP_TOKEN', // see LATER
  'MYSQL_HTTP_APPROVAL_KEY', // see LATER
];

/** What must be set beside some variables, so that one mistake is the only one. */
const BESIDE_VARIABLES: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/^MYSQL_ALLOW_/, { MYSQL_WRITES_FROM: 'x' }],
  [/^MYSQL_SSH_(?!HOST$)/, { MYSQL_SSH_HOST: 'bastion' }],
  [/^MYSQL_SSL_CERT$/, { MYSQL_SSL_KEY: '/k' }],
  [/^MYSQL_SSL_KEY$/, { MYSQL_SSL_CERT: '/c' }],
  [/^MYSQL_HTTP_CERTIFICATE$/, { MYSQL_HTTP_KEY: '/k' }],
  [/^MYSQL_HTTP_KEY$/, { MYSQL_HTTP_CERTIFICATE: '/c' }],
  [/^MYSQL_FILTER_DENY$/, { MYSQL_FILTER_MODE: 'blacklist' }],
  [/^MYSQL_FILTER_ALLOW$/, { MYSQL_FILTER_MODE: 'whitelist' }],
  [/^MYSQL_PASSWORD_FILE$/, { MYSQL_PASSWORD: '' }],
];

/** What a client, a shell or Docker should have replaced or removed. */
const UNFINISHED = ['${NAME}', '${env:NAME}', '${input:name}', '…', '<password>'];
const UNFINISHED_UNLESS_SECRET = ['"x"', "'x'", '$NAME', '%NAME%', '<name>', '{{ name }}'];

const isTaken = (env: Record<string, string>): boolean => {
  try {
    readEnvironment(env);
    return true;
  } catch {
    return false;
  }
};

export function variableCases({ name, aliases = [], kind, place }: (typeof VARIABLES)[number]): { cases: Case[]; wrong: number } {
  const node = nodeAt(place);
  const { minimum, maximum = node.items?.maximum, maxLength } = node;
  const times = kind === 'seconds' ? 1000 : 1;
  const account = Object.fromEntries(Object.entries(ENVIRONMENT).filter(([one]) => name !== 'MYSQL_URL' || one === ''));
  const beside = BESIDE_VARIABLES.find(([names]) => names.test(name))?.[1] ?? {};
  const values = [
    ...[`${SECRET} !`, `mysql://a:${SECRET}@h:1:1/`, `${SECRET}/relative`, '-1', '1.5', '('],
    ...(minimum === undefined || Math.abs(minimum) >= Number.MAX_SAFE_INTEGER ? [] : [String(minimum * times - 1)]),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [String(maximum * times + 1)]),
    'x'.repeat((maxLength ?? 300) + 1),
  ];
  const wrong = values.map((value) => ({ ...account, ...beside, [name]: value })).filter((env) => !isTaken(env));
  const unfinished = [...UNFINISHED, ...(kind === 'reference' ? [] : UNFINISHED_UNLESS_SECRET)];
  const misspelled = [name, ...aliases].flatMap((one) => slipsOf(one, 'MYSQL_'.length).map((slip) => ({ one, slip })));
  const cases = [
    ...misspelled.map(({ one, slip }): Case => ({
      title: `${slip}, a slip of ${one}`,
      start: { args: ['--check'], env: { ...ENVIRONMENT, [slip]: SECRET } },
      check: (said, ended) => {
        problemsOf(ended);
        assert.ok(said.includes(`${slip} is unknown. Did you mean ${one}?`), said);
      },
    })),
    ...unfinished.map((value): Case => ({
      title: `${name}=${value}`,
      start: { args: ['--check'], env: { ...account, ...beside, [name]: value } },
      check: (said, ended) => {
        assert.match(problemsOf(ended).join('\n'), new RegExp(`${name} (?:contains a placeholder|is in quotation marks)`), said);
      },
    })),
    ...wrong.map((env): Case => ({
      title: `${name}=${(env as Record<string, string>)[name]?.slice(0, 40) ?? ''}`,
      start: { args: ['--check'], env },
      check: (said, ended) => {
        const problems = problemsOf(ended);
        assert.ok(said.includes(name), said);
        assert.doesNotMatch(said, /connections[.[]|\b(?:limits|cache|protection|tlsFiles|ssh|log|http|tracing)\.|\bJSON\b/, said);
        for (const one of kind === 'switch' || kind === 'detection' || kind === 'access' ? [] : (node.enum ?? []))
          assert.ok(said.toLowerCase().includes(String(one)), said);
        const value = (env as Record<string, string>)[name] ?? '';
        if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && /^\d+$/.test(value)) {
          assert.ok(said.includes(String(maximum * times)), said);
          if (kind === 'seconds' || name === 'MYSQL_CONNECT_TIMEOUT') assert.match(said, /milliseconds/);
        }
        assert.ok(problems.length <= 3, said); // how long it may be, and how it must look
      },
    })),
  ];
  return { cases, wrong: wrong.length };
}
