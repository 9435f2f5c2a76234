import fc from 'fast-check';
import type { Call } from '../../src/engine/sql/ast/expressions.ts';
import type { Statement } from '../../src/engine/sql/ast/statements.ts';
import type { Dialect } from '../../src/engine/sql/lexer/dialect.ts';
import { PLAIN_MODES } from '../../src/engine/sql/lexer/dialect.ts';
import { tokenize, type Token } from '../../src/engine/sql/lexer/tokens.ts';
import type { Flavor } from '../harness/servers/testServer.ts';
import type { Roundtrip } from './printing.ts';

/** The servers of the corpus. */
export const DIALECTS: Readonly<Record<Flavor, Dialect>> = {
  mysql: { flavor: 'mysql', version: 90704, ...PLAIN_MODES },
  mariadb: { flavor: 'mariadb', version: 101118, ...PLAIN_MODES },
};

const BLANKS = [' ', '  ', '\t', '\n', '\r', '\r\n', '\v', '\f'];
const COMMENTS = [
  ...['/**/', '/***/', '/* */', '/* x */', "/* ' */", '/* " */', '/* ` */', '/* ; */', '/*\n*/', '/* /* */', '/*-- */', '/*# */', '/*/ */'],
  ...['-- x\n', '--\n', '--\t\n', "-- '\n", '-- */\n', '-- /*\n', '# x\n', '#\n', "#'\n", '# /*\n', '-- ;\n', '-- \\\n'],
  ...[
    '/*!*/',
    '/*! */',
    '/*!50000 */',
    '/*!50000*/',
    '/*! /* x */ */',
    '/*M! */',
    '/*M!100000*/',
    '/*m! */',
    '/*!999999 x */',
    '/*!999999 SLEEP(9) */',
    '/*!999999 /* x */ SLEEP(9) */',
    '/*M!999999 x */',
  ],
];
/** Hints in front of nothing that takes hints. */
const HINTS = ['/*+*/', '/*+ */', '/*+ BKA(t) */', '/*+ SET_VAR(sql_mode = 1) */', "/*+ ' */", '/*+ x */'];

/** No blank may stand between the name and its parenthesis. */
const SPACE_SENSITIVE = new Set(
  (
    'ADDDATE BIT_AND BIT_OR BIT_XOR CAST COUNT CURDATE CURTIME DATE_ADD DATE_SUB EXTRACT GROUP_CONCAT MAX MID MIN NOW POSITION SESSION_USER STD STDDEV ' +
    'STDDEV_POP STDDEV_SAMP SUBDATE SUBSTR SUBSTRING SUM SYSDATE SYSTEM_USER TRIM VARIANCE VAR_POP VAR_SAMP JSON_ARRAYAGG JSON_OBJECTAGG ST_COLLECT ' +
    // MariaDB takes a blank behind these, but no comment.
    'CUME_DIST DENSE_RANK FIRST_VALUE LAG LAST_VALUE LEAD MEDIAN NTH_VALUE NTILE PERCENTILE_CONT PERCENTILE_DISC PERCENT_RANK RANK'
  ).split(' '),
);
const TAKES_HINTS = new Set(['SELECT', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

/** A text with something that means nothing put into some of the places between its tokens. */
export interface Spread {
  readonly text: string;
  readonly inserted: readonly string[];
}

/** A place between two tokens. */
interface Gap {
  readonly at: number;
  /** Only blanks may stand here: a comment would keep a hint from being one. */
  readonly blanksOnly: boolean;
  readonly hints: boolean;
}

/** The places of a text where something may be put without changing what it means. */
function gapsOf(sql: string, dialect: Dialect): Gap[] {
  const { tokens } = tokenize(sql, dialect);
  const gaps: Gap[] = [];
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    // `1--1` would become a comment with a blank behind it.
    if (touching(before, token) || sql.slice(0, token.start).endsWith('--')) continue;
    const hinted = TAKES_HINTS.has(before?.keyword ?? '');
    gaps.push({ at: token.start, blanksOnly: token.kind === 'hints', hints: !hinted });
  }
  return gaps;
}

/** True if something between the two would change how they are read. */
function touching(before: Token | undefined, token: Token): boolean {
  if (before === undefined) return false;
  if (before.text === '@@' || before.text === '.' || token.text === '.') return true;
  // A name in front of "(" may be a stored function or a built-in one by whether a blank is between.
  return token.text === '(' && before.kind === 'word' && SPACE_SENSITIVE.has(before.text.toUpperCase());
}

/** Any of the texts, with something between its tokens. */
export function spreads(texts: readonly string[], dialect: Dialect): fc.Arbitrary<{ original: string } & Spread> {
  const filling = fc.array(fc.constantFrom(...BLANKS, ...COMMENTS, ...HINTS), { minLength: 1, maxLength: 3 });
  return fc
    .record({
      original: fc.constantFrom(...texts),
      places: fc.array(fc.record({ where: fc.nat(1_000_000), filling }), { minLength: 1, maxLength: 12 }),
    })
    .map(({ original, places }) => {
      const gaps = gapsOf(original, dialect);
      const chosen = new Map<number, string>();
      for (const { where, filling: parts } of places) {
        const gap = gaps[where % gaps.length];
        if (gap === undefined) continue;
        const fits = (part: string): boolean => BLANKS.includes(part) || (!gap.blanksOnly && (gap.hints || !part.startsWith('/*+')));
        // A blank on both sides: `-` and `-- x` must not become one, nor `/` and `*`.
        // A text may end in a comment that goes to the end of its line.
        chosen.set(gap.at, `${gap.at === original.length ? '\n' : ''} ${parts.filter(fits).join(' ')} `);
      }
      let text = '';
      let from = 0;
      for (const [at, part] of [...chosen].sort(([a], [b]) => a - b)) {
        text += original.slice(from, at) + part;
        from = at;
      }
      return { original, text: text + original.slice(from), inserted: [...chosen.values()] };
    });
}

/** Any of the texts, with some of its tokens inside an executable comment that the server runs. */
export function wrapped(texts: readonly string[], dialect: Dialect): fc.Arbitrary<{ original: string } & Spread> {
  const marks = dialect.flavor === 'mysql' ? ['/*!', '/*!50000 ', '/*!80000 '] : ['/*!', '/*!50000 ', '/*M!', '/*M!100100 '];
  return fc
    .record({ original: fc.constantFrom(...texts), from: fc.nat(1_000_000), length: fc.nat(30), mark: fc.constantFrom(...marks) })
    .map(({ original, from, length, mark }) => {
      const { tokens } = tokenize(original, dialect);
      const first = from % Math.max(1, tokens.length - 1);
      const last = Math.min(first + length, tokens.length - 2);
      const [a, b] = [tokens[first], tokens[last]];
      const inside = tokens.slice(first, last + 1);
      const breaks =
        touching(tokens[first - 1], a ?? END) || touching(b, tokens[last + 1] ?? END) || original.slice(0, b?.end ?? 0).endsWith('--');
      if (
        a === undefined ||
        b === undefined ||
        breaks ||
        inside.some((token) => token.text.includes('*/') || token.kind === 'hints' || token.text === ';')
      )
        return { original, text: original, inserted: [] };
      if (tokens[last + 1]?.kind === 'hints') return { original, text: original, inserted: [] };
      return {
        original,
        text: `${original.slice(0, a.start)} ${mark} ${original.slice(a.start, b.end)} */ ${original.slice(b.end)}`,
        inserted: [mark],
      };
    });
}

const END: Token = { kind: 'end', text: '', keyword: '', start: 0, end: 0 };

/** What a text is printed as, without the names that columns get from how they are written. */
function printedWithoutNames(sql: string, { parseStatements, print }: Roundtrip, dialect: Dialect): string {
  return parseStatements(sql, dialect)
    .map((tree) => print(withoutImplicitNames(tree), dialect, { functionName }))
    .join('; ');
}

/** Which function a name means is the resolver's to say; here an unquoted one is native, with a blank behind it or without. */
function functionName({ database, name }: Call): 'native' | undefined {
  return database === undefined && !name.quoted ? 'native' : undefined;
}

function withoutImplicitNames(tree: Statement): Statement {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'implicitName' ? undefined : value))) as Statement;
}

/** What a run of the properties found. */
export interface TriviaReport {
  readonly total: number;
  readonly failures: readonly string[];
}

/** The property: something that means nothing, put between tokens, leaves the printed text as it was. `count` cases, of a third of a kind each. */
export function checkTrivia(
  originals: readonly string[],
  roundtrip: Roundtrip,
  dialect: Dialect,
  count: number,
  seed: number,
): TriviaReport {
  const printed: string[] = [];
  const plain: string[] = [];
  for (const sql of originals) {
    try {
      printed.push(printedWithoutNames(sql, roundtrip, dialect));
      // An executable comment inside another one, or a comment in skipped text, is another statement.
      if (!/\/\*M?!/i.test(sql)) plain.push(sql);
    } catch {
      // What is not parsed at all is told by the comparison of printed texts.
    }
  }
  const failures: string[] = [];
  const kinds = [spreads(printed, dialect), spreads(plain, dialect), wrapped(printed, dialect)];
  const expected = new Map<string, string>();
  const share = Math.ceil(count / kinds.length);
  for (const [i, cases] of kinds.entries()) {
    for (const { original, text } of fc.sample(cases, { numRuns: share, seed: seed + i })) {
      const wanted = expected.get(original) ?? printedWithoutNames(original, roundtrip, dialect);
      expected.set(original, wanted);
      const failure = outcome(text, wanted, roundtrip, dialect);
      if (failure !== undefined && failures.length < 100) failures.push(`${text} → ${failure}`);
    }
  }
  return { total: share * kinds.length, failures };
}

function outcome(text: string, wanted: string, roundtrip: Roundtrip, dialect: Dialect): string | undefined {
  try {
    const got = printedWithoutNames(text, roundtrip, dialect);
    return got === wanted ? undefined : `${got} instead of ${wanted}`;
  } catch (error) {
    return String(error);
  }
}
