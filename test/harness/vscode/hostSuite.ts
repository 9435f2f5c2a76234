import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { ROOT } from '../root.ts';
import { launchBrowser } from './chromium.ts';
import { CodeServer, type CodeServerOptions } from './codeServer.ts';
import { VIEWPORT, Workbench } from './workbench.ts';
import { notePassed } from '../passed.ts';

export interface HostSuite extends CodeServerOptions {
  /** Name of the suite's bundle in out/, without ending. */
  readonly suite: string;
  /** Folder of the extension that is loaded from source: this repository, or the scripted model beside an installed VSIX. */
  readonly developmentExtension: string;
  /** For the extension host alone. */
  readonly hostEnv?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly screenshots?: string;
  readonly onLine?: (line: string) => void;
  /** How many windows run the suite at the same time, each with its own extension host and PILOT_WINDOW. */
  readonly windows?: number;
  /** Looks at the workbench from outside before each picture that the suite asks for; what it throws fails the suite. */
  readonly inspect?: (workbench: Workbench) => Promise<void>;
  /** Runs before the suite in the same VS Code and browser storage: an earlier session of the same user. */
  readonly prepare?: (server: CodeServer, context: BrowserContext) => Promise<void>;
}

export interface HostOutcome {
  readonly code: number;
  readonly passed: number;
  readonly failed: number;
}

/** Runs a Mocha suite inside a real extension host and tells how it went; its lines go to `onLine`. */
export async function runHostSuite(options: HostSuite): Promise<HostOutcome> {
  const server = await CodeServer.start({ ...options, testDriver: true });
  const browser = await launchBrowser();
  const shots = options.screenshots ?? path.join(server.folder, 'screenshots');
  const common = {
    PILOT_SUITE: path.join(ROOT, 'out', `${options.suite}.suite.cjs`),
    PILOT_SHOTS: shots,
    PILOT_USER_DATA: path.join(server.folder, 'user'),
  };
  try {
    const context = await browser.newContext({ viewport: VIEWPORT });
    await options.prepare?.(server, context);
    const outcomes = await Promise.all(
      Array.from({ length: options.windows ?? 1 }, (_, i) => runInWindow(server, context, options, { ...common, PILOT_WINDOW: String(i) })),
    );
    const sum = (key: keyof HostOutcome): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
    return { code: sum('code'), passed: sum('passed'), failed: sum('failed') };
  } finally {
    await browser.close();
    await server.dispose();
  }
}

async function runInWindow(
  server: CodeServer,
  context: BrowserContext,
  options: HostSuite,
  env: Record<string, string>,
): Promise<HostOutcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mpt-folder-'));
  const timeoutMs = options.timeoutMs ?? 180_000;
  const remote = (file: string): string => `vscode-remote://${server.authority}${file}`;
  const exit = Promise.withResolvers<number>();
  let counts: Pick<HostOutcome, 'passed' | 'failed'> | undefined;
  let workbench: Workbench | undefined;
  let complaint: Error | undefined;
  const takePicture = async (file: string): Promise<void> => {
    try {
      if (workbench !== undefined) await options.inspect?.(workbench);
    } catch (error) {
      complaint = error instanceof Error ? error : new Error('The look at the workbench failed.', { cause: error });
    }
    await workbench?.screenshot(file);
  };
  const timer = setTimeout(() => {
    options.onLine?.(`TIME-OUT of the whole suite after ${String(timeoutMs)} ms`);
    exit.resolve(124);
  }, timeoutMs);
  try {
    workbench = await Workbench.open(server, context, {
      folder,
      payload: [
        ['extensionDevelopmentPath', remote(options.developmentExtension)],
        ['extensionTestsPath', remote(path.join(ROOT, 'out/runner.entry.cjs'))],
        ['extensionEnvironment', JSON.stringify({ ...env, ...options.hostEnv })],
      ],
      onLog: (_type, args) => {
        const line = format(...args);
        if (line.startsWith('[T] ')) options.onLine?.(line.slice(4));
        else if (line.startsWith('[R] ')) counts = JSON.parse(line.slice(4)) as typeof counts;
        else if (line.startsWith('[S] ')) void takePicture(line.slice(4));
        else if (line.startsWith('[P] ')) notePassed(`test/extension/${options.suite}.suite.ts`, line.slice(4));
      },
      onExit: exit.resolve,
    });
    const code = await exit.promise;
    if (code !== 0) await workbench.screenshot(path.join(ROOT, 'out/screenshots', `failed-${options.suite}.png`));
    if (complaint !== undefined) {
      options.onLine?.(`What the workbench showed was wrong: ${complaint.message}`);
      return { code: 1, passed: counts?.passed ?? 0, failed: (counts?.failed ?? 0) + 1 };
    }
    // A host that died without a report has failed, whatever passed before.
    return { code, passed: counts?.passed ?? 0, failed: counts?.failed ?? 1 };
  } finally {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  }
}
