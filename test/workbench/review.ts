import type { Frame, Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { openChat } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';

/** Asks the scripted model for something that it does by a write, and lets the tool be called. */
export async function askForWrite(window: Workbench, text: string): Promise<ReviewTab> {
  const input = await openChat(window);
  await input.click();
  await window.page.keyboard.insertText(text);
  await window.page.keyboard.press('Enter');
  const button = window.page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
  const status = window.page.locator('.statusbar-item', { hasText: /to review|검토할 쓰기/ });
  await button.or(status).first().waitFor();
  if (!(await status.isVisible())) await button.click();
  return ReviewTab.find(window);
}

/** Browser code: the milliseconds from the arrival of the page's script, before which nothing is painted, to the moment at which the button is enabled. */
export const UNTIL_ENABLED = `new Promise((resolve) => {
  const script = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/review.js'));
  setInterval(() => {
    const isEnabled = document.querySelector('button.run').getAttribute('aria-disabled') === 'false';
    if (isEnabled) resolve(performance.now() - script.responseEnd);
  }, 5);
})`;

/** Browser code: what is in view is noticed by the page with the frame that shows it. */
const PAINTED = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

/** The review of a write of an agent, as a person goes through it. */
export class ReviewTab {
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Waits for the review to be in front. */
  static async find(window: Workbench, phase = 'waiting'): Promise<ReviewTab> {
    const frame = await webviewFrame(window.page, `body[data-phase="${phase}"] h1`);
    await frame.locator('h1 span').first().waitFor();
    return new ReviewTab(frame);
  }

  static async isOpen(window: Workbench): Promise<boolean> {
    return (await window.page.locator('.tab', { hasText: /(?:Review|검토):/ }).count()) > 0;
  }

  /** Waits for the review of a statement to be closed, and the editor to have the keyboard again. */
  static async gone(window: Workbench): Promise<void> {
    await until(async () => !(await ReviewTab.isOpen(window)), 'the review to be gone');
    await window.page.locator('.editor-instance .monaco-editor.focused').waitFor();
  }

  get headline(): Promise<string> {
    return this.frame.locator('h1').innerText();
  }

  get runButton(): Locator {
    return this.frame.locator('button.run');
  }

  get text(): Promise<string> {
    return this.frame.locator('main').innerText();
  }

  get secondsLeft(): Promise<number> {
    return this.frame
      .locator('.time')
      .innerText()
      .then((text) => {
        const [, minutes = '0', seconds = '0'] = /(\d+):(\d\d)/.exec(text) ?? [];
        return Number(minutes) * 60 + Number(seconds);
      });
  }

  async isEnabled(): Promise<boolean> {
    return (await this.runButton.getAttribute('aria-disabled')) === 'false';
  }

  /** As somebody does who reads it: scrolls through the warnings, waits, types what is to be typed, and runs it. */
  async run(typed?: string): Promise<void> {
    await this.read();
    if (typed !== undefined) await this.frame.locator('input.typed').fill(typed);
    await until(() => this.isEnabled(), 'the button');
    await this.runButton.click();
  }

  /** Scrolls through all warnings, no faster than they are painted. */
  async read(): Promise<void> {
    for (const warning of await this.frame.locator('.warnings li .end').all()) {
      await warning.scrollIntoViewIfNeeded();
      await this.frame.evaluate(PAINTED);
    }
  }

  async reject(reason = ''): Promise<void> {
    if (reason !== '') await this.frame.locator('input.reason').fill(reason);
    await this.frame.locator('button.reject').click();
  }
}
