import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { Frame, Page } from 'playwright-core';
import { until } from '../run.ts';

/** The frame of ours that shows what the selector finds. */
export async function webviewFrame(page: Page, selector: string, timeoutMs = 60_000): Promise<Frame> {
  return until(
    async () => {
      for (const frame of page.frames()) {
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0); // a frame that is being replaced
        if (found > 0 && frame !== page.mainFrame()) return frame;
      }
      return undefined;
    },
    `a webview with ${selector}`,
    timeoutMs,
  );
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}

/** What axe finds in a frame that keeps people from using it: serious and critical, each with its elements. */
export async function seriousViolations(frame: Frame): Promise<readonly Violation[]> {
  // As an expression of the debugger: the page's policy lets no script in that is not its own.
  await frame.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return frame.evaluate<readonly Violation[]>(RUN);
}

const RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => html.slice(0, 200) + ' :: ' + failureSummary) })))`;
