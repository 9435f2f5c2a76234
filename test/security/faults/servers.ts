import { loadSample } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import type { Flavor, TestServer } from '../../harness/servers/testServer.ts';
import { parseLine, type Case } from '../corpus.ts';
import { loadCorpusDatabases } from '../corpusDatabases.ts';
import { Fixture } from '../fixture.ts';
import { DENIED } from '../hostileRun.ts';
import { loadGuard, removeCopies, type SeededGuard } from './fault.ts';

/** Names in other letters than they were created with, on a server that takes them for the same. */
export const LETTER_CASES: readonly Case[] = [
  'letters that fold | SELECT * FROM V_LOCK',
  'letters that fold | SELECT * FROM FENCE.v_lock',
  'letters that fold | SELECT * FROM v_wrİte',
  'letters that fold | SELECT * FROM FENCE.V_WRİTE',
  'letters that fold | SELECT authentication_string FROM MYSQL.USER',
  'letters that fold | SELECT Priv FROM MYSQL.GLOBAL_PRIV',
  'letters that fold | SELECT Priv FROM MYSQL.GLOBAL_PRİV',
  'letters that fold | TABLE mysqL.global_priV',
  `${DENIED} | SELECT s FROM VAULT.SECRETS`,
  `${DENIED} | SELECT s FROM Vault.secrets`,
  `${DENIED} | TABLE vault.SECRETS`,
  `${DENIED} | SELECT * FROM V_SECRETS`,
  `${DENIED} | SELECT * FROM V_NESTED_SECRETS`,
  `${DENIED} | SELECT * FROM v_SECRETS WHERE id = 1`,
].map((line) => parseLine(line, 'fence'));

/** Such names that must be let pass. */
export const HONEST_LETTERS: readonly string[] = [
  'SELECT id FROM T',
  'SELECT ID FROM FENCE.t',
  'SELECT * FROM V_Ok',
  'SHOW COLUMNS FROM T',
  'SELECT T_ID FROM U',
];

/** A server of the corpora, or a MariaDB that stores names in lower case and compares them so. */
export type Place = Flavor | 'folding';

const OPTIONS = ['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=ON'];

async function start(place: Place): Promise<Fixture> {
  if (place === 'folding') return Fixture.create(await startServer('mariadb', [...OPTIONS, '--lower-case-table-names=1']));
  const server = await startServer(place, OPTIONS);
  await loadSample(server);
  await loadCorpusDatabases(server);
  return Fixture.create(server);
}

/** The servers of a run, each started when it is first needed. */
export class Servers {
  /** The guard as it is. */
  readonly sound: SeededGuard;
  readonly #started = new Map<Place, Promise<Fixture>>();
  readonly #letPass = new Map<Flavor, Promise<ReadonlySet<string>>>();

  private constructor(sound: SeededGuard) {
    this.sound = sound;
  }

  static async create(): Promise<Servers> {
    return new Servers(await loadGuard({ name: 'none', edits: [] }));
  }

  async get(place: Place): Promise<TestServer> {
    return (await this.fixture(place)).server;
  }

  fixture(place: Place): Promise<Fixture> {
    const known = this.#started.get(place) ?? start(place);
    this.#started.set(place, known);
    return known;
  }

  /** What is hostile and yet let pass on a server where it means nothing; found out once. */
  letPass(flavor: Flavor, find: () => Promise<ReadonlySet<string>>): Promise<ReadonlySet<string>> {
    const known = this.#letPass.get(flavor) ?? find();
    this.#letPass.set(flavor, known);
    return known;
  }

  async dispose(): Promise<void> {
    for (const one of this.#started.values()) await (await one).dispose();
    await removeCopies();
  }
}
