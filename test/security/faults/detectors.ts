import { createConnection } from 'mysql2/promise';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import { Session } from '../../../src/engine/driver/session.ts';
import { compileTableRules } from '../../../src/engine/policy/tableRules.ts';
import type { ConnectionRules } from '../../../src/engine/guard/readContext.ts';
import { agentDialect } from '../../../src/engine/query/authorization/agentDialect.ts';
import { dialectOf, type Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { isNativeCall } from '../../../src/engine/guard/callPolicy.ts';
import { namesIn } from '../../../src/engine/guard/namesInTree.ts';
import { keyOfName } from '../../../src/engine/sql/identifiers.ts';
import type { Flavor, TestServer } from '../../harness/servers/testServer.ts';
import { readCorpus, type Case } from '../corpus.ts';
import { Fuzzer } from '../fuzz/fuzzer.ts';
import { printingGuard } from '../fuzz/printingGuard.ts';
import { DENIED, NEVER_RAN, RULES } from '../hostileRun.ts';
import { PlainClient } from '../plainRun.ts';
import { compareWithPrinted, MODES, printTwice } from '../printing.ts';
import { checkTrivia, DIALECTS } from '../trivia.ts';
import type { DetectorName, SeededGuard } from './fault.ts';
import { HONEST_LETTERS, LETTER_CASES, type Place, type Servers } from './servers.ts';

const FLAVORS: readonly Flavor[] = ['mysql', 'mariadb'];
const TRIVIA_COUNT = 2000;
const FUZZ_COUNT = 10_000;
const SEED = 20_261_127;

/** Resolves to the first thing that is wrong with a guard; undefined where nothing is found. */
type Detector = (guard: SeededGuard, servers: Servers) => Promise<string | undefined>;

const honest = (flavor: Flavor): Case[] => readCorpus('honest').filter(({ flavors }) => flavors.includes(flavor));

/** Something that means nothing, put between the tokens of honest statements. */
const trivia: Detector = (guard) => {
  for (const flavor of FLAVORS) {
    const texts = honest(flavor).map(({ sql }) => sql);
    const [failure] = checkTrivia(texts, guard, DIALECTS[flavor], TRIVIA_COUNT, SEED).failures;
    if (failure !== undefined) return Promise.resolve(failure);
  }
  return Promise.resolve(undefined);
};

/** The original of each honest statement, and what it is printed to: first without a server, then with one. */
const printing: Detector = async (guard, servers) => {
  for (const flavor of FLAVORS)
    for (const { sql } of honest(flavor)) {
      const { printed, what } = printTwice(sql, guard, DIALECTS[flavor]);
      if (what !== undefined) return `${sql} → ${printed}: ${what}`;
    }
  for (const flavor of FLAVORS) {
    const client = new PlainClient(await servers.get(flavor));
    try {
      for (const mode of MODES) {
        const dialect = dialectOf(flavor, DIALECTS[flavor].version, mode) ?? DIALECTS[flavor];
        for (const one of honest(flavor)) {
          const outcome = await compareWithPrinted(one, guard, client, dialect, mode);
          if (outcome.kind === 'differs') return `${one.sql} → ${outcome.printed}: ${outcome.what}`;
        }
      }
    } finally {
      await client.close();
    }
  }
  return undefined;
};

/** Honest statements must be let pass where the guard as it is does, with every name qualified and no comment in what is sent. */
const honestStatements: Detector = async (guard, servers) => {
  for (const flavor of FLAVORS) {
    const server = await servers.get(flavor);
    const [judge, sound] = [await Judge.open(guard, server), await Judge.open(servers.sound, server)];
    try {
      for (const { sql, database } of honest(flavor)) {
        const failure = await judge.sent(sql, database, PERMISSIVE).then(
          (texts) => texts.map((text) => unqualified(text, judge.dialect, guard)).find((found) => found !== undefined),
          async (error: unknown) => {
            const passes = await sound.sent(sql, database, PERMISSIVE).catch(() => undefined);
            return passes === undefined ? undefined : String(error);
          },
        );
        if (failure !== undefined) return `${sql} → ${failure}`;
      }
    } finally {
      judge.close();
      sound.close();
    }
  }
  return undefined;
};

/** Hostile statements that the guard as it is refuses must be refused. */
const hostileStatements: Detector = async (guard, servers) => {
  for (const flavor of FLAVORS) {
    const server = await servers.get(flavor);
    const failure = await firstLetPass(guard, server, hostile(flavor), await letPassBySound(servers, flavor));
    if (failure !== undefined) return failure;
  }
  return undefined;
};

/** Both where the server folds the letters of names. */
const letters: Detector = async (guard, servers) => {
  const server = await servers.get('folding');
  const judge = await Judge.open(guard, server);
  try {
    for (const sql of HONEST_LETTERS) {
      const failure = await judge.sent(sql, 'fence', PERMISSIVE).then(() => undefined, String);
      if (failure !== undefined) return `${sql} → ${failure}`;
    }
  } finally {
    judge.close();
  }
  return firstLetPass(guard, server, LETTER_CASES, NONE);
};

const fuzzing: Detector = async (guard, servers) => {
  for (const flavor of FLAVORS) {
    const fuzzer = await Fuzzer.open(await servers.get(flavor), printingGuard(flavor, guard));
    const { failures } = await fuzzer.run(FUZZ_COUNT, SEED, 1);
    await fuzzer.close();
    if (failures[0] !== undefined) return failures[0];
  }
  return undefined;
};

/** The tests of the guard, in a form that can be asked about a guard with a fault. */
export const DETECTORS: Readonly<Record<DetectorName, Detector>> = {
  trivia,
  honest: honestStatements,
  hostile: hostileStatements,
  printing,
  fuzzing,
  letters,
};

const PERMISSIVE: ConnectionRules = { functions: new Set([keyOfName({ database: 'odd', name: 'double_it' })]) };
const STRICT: ConnectionRules = { ...PERMISSIVE, isTableDenied: compileTableRules(RULES) };

function hostile(flavor: Flavor, folder?: string): Case[] {
  return readCorpus('hostile', folder).filter(({ flavors }) => flavors.includes(flavor));
}

/** What is hostile and yet let pass on a server where it means nothing. */
async function letPassBySound(servers: Servers, flavor: Flavor): Promise<ReadonlySet<string>> {
  const server = await servers.get(flavor);
  return servers.letPass(flavor, () => letPass(servers.sound, server, hostile(flavor)));
}

/** The hostile cases that a guard with a fault lets pass, and the guard as it is does not. */
export async function openedBy(guard: SeededGuard, servers: Servers, place: Place): Promise<Case[]> {
  const { server, folder } = await servers.fixture(place);
  const cases = place === 'folding' ? LETTER_CASES : hostile(place, folder);
  const [passed, before] = [await letPass(guard, server, cases), place === 'folding' ? NONE : await letPass(servers.sound, server, cases)];
  return cases.filter(({ sql }) => passed.has(sql) && !before.has(sql));
}

const NONE: ReadonlySet<string> = new Set();

async function letPass(guard: SeededGuard, server: TestServer, cases: readonly Case[]): Promise<ReadonlySet<string>> {
  const judge = await Judge.open(guard, server);
  const passed = new Set<string>();
  for (const one of cases) if ((await judge.judge(one)) !== undefined) passed.add(one.sql);
  judge.close();
  return passed;
}

async function firstLetPass(
  guard: SeededGuard,
  server: TestServer,
  cases: readonly Case[],
  except: ReadonlySet<string>,
): Promise<string | undefined> {
  const judge = await Judge.open(guard, server);
  try {
    for (const one of cases) {
      const sent = except.has(one.sql) ? undefined : await judge.judge(one);
      if (sent !== undefined && (await hasMeaning(server, sent, one.database)))
        return `${one.reason}: ${one.sql.slice(0, 300)} → ${sent.slice(0, 300)}`;
    }
    return undefined;
  } finally {
    judge.close();
  }
}

/** True unless the server itself says that a text names nothing that is there; it is not run. */
async function hasMeaning({ host, port, root }: TestServer, sql: string, database: string): Promise<boolean> {
  const connection = await createConnection({ host, port, ...root, database });
  try {
    await connection.prepare(sql);
    return true;
  } catch (error) {
    return !NEVER_RAN.has((error as { errno?: number }).errno ?? 0);
  } finally {
    connection.destroy();
  }
}

/** Asks a guard for what it would send, and sends nothing. */
class Judge {
  readonly dialect: Dialect;
  readonly #guard: SeededGuard;
  readonly #session: Session;
  readonly #authorizers = new Map<ConnectionRules, SeededGuard['ReadAuthorizer']['prototype']>();

  private constructor(guard: SeededGuard, session: Session) {
    this.#guard = guard;
    this.#session = session;
    this.dialect = agentDialect(session.server);
  }

  static async open(guard: SeededGuard, { host, port, root }: TestServer): Promise<Judge> {
    const target: ConnectionTarget = { host, port, user: root.user, database: 'fence', tls: 'preferred' };
    return new Judge(guard, await Session.open(target, { password: root.password }));
  }

  /** The text that would be sent for a hostile statement; undefined if it is refused. */
  async judge({ sql, database, reason }: Case): Promise<string | undefined> {
    return this.sent(sql, database, reason === DENIED ? STRICT : PERMISSIVE).then(
      (texts) => texts.join('; '),
      () => undefined,
    );
  }

  async sent(sql: string, database: string, rules: ConnectionRules): Promise<string[]> {
    const authorizer = this.#authorizers.get(rules) ?? new this.#guard.ReadAuthorizer(rules);
    this.#authorizers.set(rules, authorizer);
    const texts: string[] = [];
    for (const read of this.#guard.parseReads(sql, { ...rules, dialect: this.dialect, database }))
      texts.push((await authorizer.authorize(this.#session, sql, read)).sql);
    return texts;
  }

  close(): void {
    this.#session.destroy();
  }
}

/** What a text that is sent leaves to the server to look up, or to leave out. */
function unqualified(text: string, dialect: Dialect, { parseStatements, tokenize }: SeededGuard): string | undefined {
  for (const tree of parseStatements(text, dialect)) {
    const names = namesIn(tree);
    const bare = [...names.tables.filter(({ expression }) => !expression).map(({ node }) => node), ...names.described].find(
      ({ database }) => database === undefined,
    );
    if (bare !== undefined) return `the name ${bare.name.name} is sent without its database`;
    const call = names.calls.find((one) => one.database === undefined && !isNativeCall(one, dialect));
    if (call !== undefined) return `${call.name.name}() is sent without its database`;
  }
  const { tokens, dropped } = tokenize(text, dialect);
  const gap = tokens.find(({ start }, i) => i > 0 && !/^ ?$/.test(text.slice(tokens[i - 1]?.end, start)));
  return gap !== undefined || dropped.length > 0 ? `something stands between the words of ${text}` : undefined;
}
