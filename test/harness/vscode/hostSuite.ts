import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { ROOT } from '../root.ts';
import { launchBrowser } from './chromium.ts';
import { CodeServer, type CodeServerOptions } from './codeServer.ts';
import { CONTEXT, Workbench } from './workbench.ts';
import { notePassed } from '../passed.ts';

/** Windows that are open at the same time. */
export interface HostStage {
  /** For each window, with an extension host and a PILOT_WINDOW of its own, the suites that it runs: names of bundles in out/, without ending. */
  readonly windows: readonly (readonly string[])[];
  /** For the extension hosts alone. */
  readonly hostEnv?: Readonly<Record<string, string>>;
  /** Looks at the workbench from outside before each picture that the suite asks for; what it throws fails the suite. */
  readonly inspect?: (workbench: Workbench) => Promise<void>;
  /** Runs before it in the same VS Code and browser storage: an earlier session of the same user. */
  readonly prepare?: (server: CodeServer, context: BrowserContext) => Promise<void>;
}

export interface HostSuite extends CodeServerOptions {
  /** One after the other, as sessions of the same user; one that fails is the last. */
  readonly stages: readonly HostStage[];
  /** Folder of the extension that is loaded from source: this repository, or the scripted model beside an installed VSIX. */
  readonly developmentExtension: string;
  readonly timeoutMs?: number;
  readonly screenshots?: string;
  readonly onLine?: (line: string) => void;
}

export interface HostOutcome {
  readonly code: number;
  readonly passed: number;
  readonly failed: number;
}

/** Runs Mocha suites inside real extension hosts and tells how it went; their lines go to `onLine`. */
export async function runHostSuite(options: HostSuite): Promise<HostOutcome> {
  const server = await CodeServer.start({ ...options, testDriver: true });
  const browser = await launchBrowser();
  const outcomes: HostOutcome[] = [];
  const sum = (key: keyof HostOutcome): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  try {
    const context = await browser.newContext(CONTEXT);
    for (const stage of options.stages) {
      await stage.prepare?.(server, context);
      outcomes.push(...(await Promise.all(stage.windows.map((_, i) => runInWindow(server, context, { options, stage, i })))));
      if (sum('code') > 0) break;
    }
    return { code: sum('code'), passed: sum('passed'), failed: sum('failed') };
  } finally {
    await browser.close();
    await server.dispose();
  }
}

interface HostWindow {
  readonly options: HostSuite;
  readonly stage: HostStage;
  readonly i: number;
}

async function runInWindow(server: CodeServer, context: BrowserContext, { options, stage, i }: HostWindow): Promise<HostOutcome> {
  const suites = stage.windows[i] ?? [];
  const env = {
    PILOT_SUITES: suites.map((name) => path.join(ROOT, 'out', `${name}.suite.cjs`)).join(path.delimiter),
    PILOT_SHOTS: options.screenshots ?? path.join(server.folder, 'screenshots'),
    PILOT_USER_DATA: path.join(server.folder, 'user'),
    PILOT_WINDOW: String(i),
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'mpt-folder-'));
  const timeoutMs = options.timeoutMs ?? 180_000;
  const remote = (file: string): string => `vscode-remote://${server.authority}${file}`;
  const exit = Promise.withResolvers<number>();
  let counts: Pick<HostOutcome, 'passed' | 'failed'> | undefined;
  let workbench: Workbench | undefined;
  let complaint: Error | undefined;
  const takePicture = async (file: string): Promise<void> => {
    try {
      if (workbench !== undefined) await stage.inspect?.(workbench);
    } catch (error) {
      complaint = error instanceof Error ? error : new Error('The look at the workbench failed.', { cause: error });
    }
    await workbench?.capture(file); // the suite waits for it
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
        ['extensionEnvironment', JSON.stringify({ ...env, ...stage.hostEnv })],
      ],
      onLog: (_type, args) => {
        const line = format(...args);
        if (line.startsWith('[T] ')) options.onLine?.(line.slice(4));
        else if (line.startsWith('[R] ')) counts = JSON.parse(line.slice(4)) as typeof counts;
        else if (line.startsWith('[S] ')) void takePicture(line.slice(4));
        else if (line.startsWith('[P] ')) notePassed(...passedTest(line.slice(4)));
      },
      onExit: exit.resolve,
    });
    const code = await exit.promise;
    if (code !== 0) await workbench.screenshot(path.join(ROOT, 'out/screenshots', `failed-${suites.join('-')}.png`));
    if (complaint !== undefined) {
      options.onLine?.(`What the workbench showed was wrong: ${complaint.message}`);
      return { code: 1, passed: counts?.passed ?? 0, failed: (counts?.failed ?? 0) + 1 };
    }
    // A host that died without a report has failed, whatever passed before.
    return { code, passed: counts?.passed ?? 0, failed: counts?.failed ?? 1 };
  } finally {
    clearTimeout(timer);
    await workbench?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** File and title of a test, from the name of its bundle and its title. */
function passedTest(line: string): [file: string, title: string] {
  const at = line.indexOf(' ');
  return [`test/extension/${line.slice(0, at)}.suite.ts`, line.slice(at + 1)];
}
