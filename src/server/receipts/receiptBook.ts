import type { Receipt } from '../../broker/receiptContract.ts';
import type { QualifiedName } from '../../engine/sql/identifiers.ts';
import { keyOfName } from '../../engine/sql/identifiers.ts';
import { Distinct } from './distinct.ts';
import { SeenTables } from './seenTables.ts';
import type { Sighting } from './sightings.ts';

/** Further ones are counted. */
const MAX_STRUCTURE = 200;
const MAX_FACTS = 50;
/** Names of connections; a session that meets more has lost the first of them to renaming. */
const MAX_CONNECTIONS = 100;

/** What one session has seen of one connection. Its size has a limit, however long the session is. */
class OpenReceipt {
  readonly #since = new Date().toISOString();
  readonly #tables = new SeenTables();
  readonly #structure = new Map<string, QualifiedName>();
  readonly #moreStructure = new Distinct();
  readonly #facts = new Set<string>();
  readonly #rows = { answer: 0, file: 0, person: 0 };
  #calls = 0;

  add(sightings: readonly Sighting[]): void {
    this.#calls++;
    for (const one of sightings) this.#addOne(one);
  }

  #addOne(one: Sighting): void {
    switch (one.kind) {
      case 'rows':
        for (const table of one.sources.tables) this.#tables.add(table);
        this.#describe(one.sources.structure);
        if (one.sources.shows !== undefined) this.#know(one.sources.shows);
        if (one.receiver !== 'nobody' && isOfRows(one)) this.#rows[one.receiver] += one.count;
        return;
      case 'structure':
        this.#describe(one.names);
        return;
      case 'facts':
        this.#know(one.what);
        return;
    }
  }

  #know(what: string): void {
    if (this.#facts.size < MAX_FACTS) this.#facts.add(what);
  }

  /** A database that was described whole stands for its tables. */
  #describe(names: readonly QualifiedName[]): void {
    for (const name of names) {
      if (this.#structure.has(keyOfName(name)) || this.#structure.has(keyOfName({ ...name, name: '' }))) continue;
      if (name.name === '') for (const [key, { database }] of this.#structure) if (database === name.database) this.#structure.delete(key);
      if (this.#structure.size < MAX_STRUCTURE) this.#structure.set(keyOfName(name), { database: name.database, name: name.name });
      else this.#moreStructure.add(keyOfName(name));
    }
  }

  receipt(): Omit<Receipt, 'session' | 'client' | 'connection'> {
    return {
      since: this.#since,
      calls: this.#calls,
      rows: { ...this.#rows },
      tables: this.#tables.tables,
      moreTables: this.#tables.more,
      structure: [...this.#structure.values()],
      moreStructure: this.#moreStructure.count,
      facts: [...this.#facts],
    };
  }
}

/** Those of a plan, of SHOW and of DESCRIBE are no rows of tables. */
function isOfRows({ sources }: Extract<Sighting, { kind: 'rows' }>): boolean {
  return !sources.plan && sources.shows === undefined && sources.structure.length === 0;
}

/** The receipts of one session, by connection. */
export class ReceiptBook {
  readonly #open = new Map<string, OpenReceipt>();
  readonly #session: () => string;
  readonly #client: string | undefined;

  constructor(session: () => string, client: string | undefined) {
    this.#session = session;
    this.#client = client;
  }

  /** Adds what a call has got. */
  add(connection: string, sightings: readonly Sighting[]): void {
    let open = this.#open.get(connection);
    if (open === undefined) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined && this.#open.size >= MAX_CONNECTIONS) this.#open.delete(oldest);
      this.#open.set(connection, (open = new OpenReceipt()));
    }
    open.add(sightings);
  }

  all(): Receipt[] {
    return [...this.#open].map(([connection, open]) => this.#complete(connection, open));
  }

  #complete(connection: string, open: OpenReceipt): Receipt {
    const client = this.#client === undefined ? {} : { client: this.#client };
    return { session: this.#session(), ...client, connection, ...open.receipt() };
  }
}
