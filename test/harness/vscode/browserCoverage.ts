import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { ROOT } from '../root.ts';

/** Where Node processes report what they ran, while coverage is measured. */
const FOLDER = process.env['NODE_V8_COVERAGE'];

/** What runs in panels is browser code: from now on the page counts it. */
export async function startBrowserCoverage(page: Page): Promise<void> {
  if (FOLDER !== undefined) await page.coverage.startJSCoverage({ resetOnNavigation: false });
}

/** Writes down what of our panels the page has run, as a Node process would. */
export async function takeBrowserCoverage(page: Page): Promise<void> {
  if (FOLDER === undefined || page.isClosed()) return;
  const result = (await page.coverage.stopJSCoverage()).flatMap(({ url, functions, scriptId }) => {
    const name = /\/dist\/webview\/([a-z]+\.js)(?:[?#].*)?$/i.exec(url)?.[1];
    return name === undefined ? [] : [{ scriptId, url: pathToFileURL(path.join(ROOT, 'dist/webview', name)).href, functions }];
  });
  if (result.length > 0) await writeFile(path.join(FOLDER, `coverage-browser-${randomUUID()}.json`), JSON.stringify({ result }));
}
