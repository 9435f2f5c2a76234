import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../test/harness/root.ts';
import { readBundles } from './builtFiles.ts';
import { reportSchema } from './counts.ts';
import { Tally } from './tally.ts';

/** Has every Node process that is started from here on report what it ran, and adds the reports up. */
export class Collector {
  readonly #folder = path.join(ROOT, 'out/v8');
  #tally: Tally | undefined;
  #unread = 0;

  constructor() {
    mkdirSync(this.#folder, { recursive: true });
    // Node hands it on to children, even to those that get an environment of their own.
    process.env['NODE_V8_COVERAGE'] = this.#folder;
  }

  /** Takes in what has been written so far: hundreds of processes would fill the disk. Answers how many scripts of ours there were. */
  fold(): number {
    this.#tally ??= new Tally(ROOT, globSync('src/**/*.ts', { cwd: ROOT }).sort(), readBundles(ROOT));
    let ours = 0;
    for (const name of readdirSync(this.#folder)) {
      const file = path.join(this.#folder, name);
      const report = parse(readFileSync(file, 'utf8'));
      rmSync(file);
      if (report === undefined) this.#unread += 1;
      else for (const script of reportSchema.parse(report).result) if (this.#tally.add(script)) ours += 1;
    }
    return ours;
  }

  write(): void {
    if (this.#unread > 0) console.log(`${String(this.#unread)} reports were left out: their processes were killed while they wrote.`);
    writeFileSync(path.join(ROOT, 'out/coverage.json'), JSON.stringify(this.#tally?.coverage() ?? {}));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
