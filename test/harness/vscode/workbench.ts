import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { currentDepth } from '../depth.ts';
import { recorded } from '../recorder.ts';
import { startBrowserCoverage, takeBrowserCoverage } from './browserCoverage.ts';
import type { CodeServer } from './codeServer.ts';
import { isThere } from './isThere.ts';

export interface WorkbenchOptions {
  /** The folder that the window opens; none for an empty window. */
  readonly folder?: string | undefined;
  /** The `.code-workspace` file that it opens instead. */
  readonly workspace?: string | undefined;
  /** Handed to the workbench as its payload: development extension, suite, environment of the extension host. */
  readonly payload?: readonly (readonly [string, string])[];
  /** Called for each line that a suite prints, and with the exit code of the suite. */
  readonly onLog?: (type: string, args: unknown[]) => void;
  readonly onExit?: (code: number) => void;
}

/** On a busy machine, beside other windows that start. */
const LOADS_MS = 120_000;

export const VIEWPORT = { width: 1400, height: 900 };

/** VS Code follows the wish for less motion. Without it each list and menu fades in, for which a browser that draws in software needs half of its time. */
export const CONTEXT = { viewport: VIEWPORT, reducedMotion: 'reduce' } as const;

/** One window of VS Code in a browser page. Pages of one context share the browser's storage, as windows of one VS Code do. */
export class Workbench {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(server: CodeServer, context: BrowserContext, options: WorkbenchOptions = {}): Promise<Workbench> {
    const page = await context.newPage();
    await startBrowserCoverage(page);
    await seedStorage(page, server);
    if (options.onLog !== undefined) await page.exposeFunction('codeAutomationLog', options.onLog);
    if (options.onExit !== undefined) await page.exposeFunction('codeAutomationExit', options.onExit);
    const query = new URLSearchParams();
    if (options.workspace !== undefined) query.set('workspace', options.workspace);
    else if (options.folder === undefined) query.set('ew', 'true');
    else query.set('folder', options.folder);
    if (options.payload !== undefined) query.set('payload', JSON.stringify(options.payload));
    await page.goto(`http://${server.authority}/?${query.toString()}`, { timeout: LOADS_MS });
    await showLateQuestions(page);
    return new Workbench(page);
  }

  async ready(): Promise<void> {
    await this.started();
    await this.page.waitForSelector('.activitybar [aria-label^="MySQL Pilot"]', { timeout: LOADS_MS });
  }

  /** The same for a VS Code that has not got our extension yet. */
  started(): Promise<void> {
    return recorded('window', () => this.#started());
  }

  async #started(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench .activitybar', { timeout: LOADS_MS });
    await this.page.waitForSelector('#status\\.host', { timeout: LOADS_MS });
    // VS Code knows the MCP servers of extensions once the extensions are loaded, and hands tools of MCP servers to the chat once its
    // third group of contributions is there (created in idle time). A question that is asked before is sent without the tools.
    await this.page.waitForFunction(STARTED, undefined, { timeout: LOADS_MS });
  }

  /**
   * Runs a command as a person would: through the command palette. A starting workbench may close it again: then once more. It is opened by the list of files,
   * which is short: F1 lists every command first, and again what fits the title.
   */
  async runCommand(title: string): Promise<void> {
    const rows = '.quick-input-list .monaco-list-row';
    const anyRow = `${rows}[aria-label^="${title}"]`;
    const exactRow = `${rows}:is([aria-label="${title}"], [aria-label^="${title},"])`;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.page.keyboard.press('Control+P');
        await this.page.locator('.quick-input-widget input:visible').first().fill(`>${title}`, { timeout: 3000 });
        await this.page.locator(anyRow).first().waitFor({ timeout: 10_000 });
        // What was used last is first, also where its name only begins so; on a busy machine the one that is meant comes later.
        const row = (await isThere(this.page.locator(exactRow).first(), 500)) ? exactRow : anyRow;
        // By the keyboard: a list that is drawn anew under the pointer loses the click, or gives it to another command.
        for (let down = 0; (await this.page.locator(`${row}.focused`).count()) === 0 && down < 10; down++)
          await this.page.keyboard.press('ArrowDown');
        await this.page.locator(`${row}.focused`).waitFor({ timeout: 1000 });
        await this.page.keyboard.press('Enter');
        await this.page.locator(row).first().waitFor({ state: 'hidden', timeout: 15_000 });
        return;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Types into the open input box and accepts it. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input:visible').first();
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  treeRow(text: string | RegExp): ReturnType<Page['locator']> {
    return this.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  }

  /** Pictures are for people: a pull request gets those of tests that have failed. */
  async screenshot(file: string): Promise<string> {
    const isWanted = currentDepth() === 'full' || path.basename(file).startsWith('failed-');
    return isWanted ? this.capture(file) : file;
  }

  /** A picture in any depth, which is whole where the file is there. */
  async capture(file: string): Promise<string> {
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: `${file}.part.png` });
    await rename(`${file}.part.png`, file);
    return file;
  }

  async reload(): Promise<void> {
    await takeBrowserCoverage(this.page); // what ran before is forgotten
    await this.page.reload();
    await startBrowserCoverage(this.page);
    await this.ready();
  }

  async close(): Promise<void> {
    await takeBrowserCoverage(this.page);
    await this.page.close();
  }
}

/** On a busy machine a question of ours may come late and wait in a notification: whoever waits for the question looks at it, as a person would. */
async function showLateQuestions(page: Page): Promise<void> {
  const show = page.locator('.notification-toast .monaco-button', { hasText: /^(?:Show Question|질문 표시)$/ }).first();
  await page.addLocatorHandler(show, () => show.click(), { noWaitAfter: true });
}

/** Browser code: VS Code leaves marks of its start in the page's performance timeline. */
const STARTED = `['code/didLoadExtensions', 'code/didCreateWorkbenchContributions/3'].every(
  (mark) => performance.getEntriesByName(mark).length > 0)`;

/** Keeps the bundled chat extension enabled although nobody is signed in. */
async function seedStorage(page: Page, server: CodeServer): Promise<void> {
  await page.goto(`http://${server.authority}/healthz`);
  await page.evaluate(SEED);
}

/** Browser code, so as text: the project is checked without the DOM's types. */
const SEED = `new Promise((resolve, reject) => {
  const request = indexedDB.open('vscode-web-state-db-global');
  request.onupgradeneeded = () => request.result.createObjectStore('ItemTable');
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const transaction = request.result.transaction('ItemTable', 'readwrite');
    transaction.objectStore('ItemTable').put('true', 'builtinChatExtensionEnablementMigration');
    transaction.oncomplete = () => { request.result.close(); resolve(undefined); };
  };
})`;
