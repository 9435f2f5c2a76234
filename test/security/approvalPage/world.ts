import { build } from 'esbuild';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ApprovalPages, OpenedPage } from '../../../src/server/approvalPage/approvalPages.ts';
import { PageApprover } from '../../../src/server/mcp/pageApprover.ts';
import type { ToApprove } from '../../../src/server/writes/approver.ts';
import { CONNECTION, REVIEW } from '../../harness/mcp/sampleReview.ts';
import { ROOT } from '../../harness/root.ts';

/** One change of a source file of the page's server. */
export interface PageFault {
  readonly name: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
  /** The attack that finds it. */
  readonly by: string;
}

type PagesClass = new (lingerMs?: number) => ApprovalPages;
let copies = 0;

/** The server of pages as it is, or with a fault in it, from its sources. */
export async function loadPages(fault?: Omit<PageFault, 'by'>): Promise<PagesClass> {
  const folder = path.join(ROOT, 'out/faults', `page-${String(process.pid)}-${String(++copies)}`);
  await mkdir(folder, { recursive: true });
  await copyFile(path.join(ROOT, 'dist/approval.html'), path.join(folder, 'approval.html'));
  const target = fault === undefined ? '' : path.join(ROOT, 'src', fault.file);
  let isSeeded = fault === undefined;
  await build({
    ...{
      absWorkingDir: ROOT,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: path.join(folder, 'approval.cjs'),
      logLevel: 'silent',
    },
    entryPoints: ['src/server/approvalPage/approvalPages.ts'],
    plugins: [
      {
        name: 'fault',
        setup(made) {
          made.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
            if (fault === undefined || file !== target) return undefined;
            const source = await readFile(file, 'utf8');
            if (source.split(fault.from).length !== 2) throw new Error(`The place of “${fault.name}” is not in ${fault.file} once.`);
            isSeeded = true;
            return { contents: source.replace(fault.from, () => fault.to), loader: 'ts' };
          });
        },
      },
    ],
  });
  if (!isSeeded) throw new Error(`${fault?.file ?? ''} is not in the bundle.`);
  const loaded = createRequire(import.meta.url)(path.join(folder, 'approval.cjs')) as { ApprovalPages: PagesClass };
  await rm(folder, { recursive: true, force: true, maxRetries: 2 });
  // The page is read with the first address, so it has to be there again by then.
  await mkdir(folder, { recursive: true });
  await copyFile(path.join(ROOT, 'dist/approval.html'), path.join(folder, 'approval.html'));
  return loaded.ApprovalPages;
}

/** A write that waits: its address, and what comes of it. */
export interface WaitingWrite {
  readonly id: string;
  readonly address: string;
  readonly page: OpenedPage;
  /** `run`, or the code of the error. */
  readonly result: Promise<string>;
  /** What it is now. */
  readonly now: () => string;
  readonly cancel: () => void;
}

/** Pages, and writes that wait at them. */
export class World {
  readonly pages: ApprovalPages;
  #count = 0;

  constructor(pages: ApprovalPages) {
    this.pages = pages;
  }

  /** A page that no call waits for. */
  async open(): Promise<OpenedPage> {
    return this.pages.open(this.#request());
  }

  async write({ decisionTimeoutMs = 20_000 } = {}): Promise<WaitingWrite> {
    const request = this.#request();
    const { id } = request;
    const shown = Promise.withResolvers<OpenedPage>();
    const approver = new PageApprover(
      () => Promise.resolve(this.pages),
      {
        present: (page) => {
          shown.resolve(page);
          return Promise.resolve();
        },
      },
      decisionTimeoutMs,
    );
    const call = new AbortController();
    let now = 'waiting';
    const result = approver.approve(request, call.signal).then(
      () => (now = 'run'),
      (error: unknown) => (now = String((error as { code?: unknown }).code)),
    );
    const page = await shown.promise;
    return {
      id,
      page,
      address: page.address,
      result,
      now: () => now,
      cancel: () => {
        call.abort();
      },
    };
  }

  #request(): ToApprove {
    const id = (++this.#count).toString(16).padStart(64, '0');
    const about = { id, content: `content ${id}`, profile: 'p', connection: CONNECTION, client: 'test' };
    return { ...about, summary: [], document: '', review: REVIEW };
  }
}
