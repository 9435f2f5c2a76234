import { randomUUID } from 'node:crypto';
import type { Frame, Page } from 'playwright-core';
import { until } from '../run.ts';
import type { Workbench } from './workbench.ts';
import { isThere } from './isThere.ts';

const PALETTE_ROW = '.quick-input-list .monaco-list-row.focused';

/** What somebody does who has no pointer. */
export class Keyboard {
  readonly #page: Page;
  /** What a pointer was pressed on all the same. */
  readonly presses: string[] = [];

  private constructor(page: Page) {
    this.#page = page;
  }

  /** From now on each press of a pointer is noted, in every frame. */
  static async only({ page }: Workbench): Promise<Keyboard> {
    const keyboard = new Keyboard(page);
    const name = `pilotPressed${randomUUID().replaceAll('-', '')}`; // suites that share a window have one each
    await page.exposeFunction(name, (on: string) => keyboard.presses.push(on));
    const watch = `addEventListener('pointerdown', ({ target }) => window.${name}?.(String(target?.className)), true)`;
    await page.addInitScript(watch);
    await page.evaluate(watch);
    return keyboard;
  }

  press(key: string): Promise<void> {
    return this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.insertText(text);
  }

  /** A command from the palette. */
  async command(title: string): Promise<void> {
    await this.press('F1');
    await this.#page.locator('.quick-input-widget input:visible').first().waitFor();
    await this.type(title);
    // This very one, and not what was used last and begins so, too ("Close All Editors in Group"). What follows a comma is its keys.
    const row = this.#page.locator(`${PALETTE_ROW}[aria-label="${title}"], ${PALETTE_ROW}[aria-label^="${title},"]`);
    await until(async () => {
      if ((await row.count()) > 0) return true;
      await this.press('ArrowDown');
      return false;
    }, `${title} to be chosen`);
    await this.press('Enter');
  }

  /** Types into the open input box, or chooses from the open list, and accepts. */
  async answer(text: string, row?: string): Promise<void> {
    await this.#page.locator('.quick-input-widget input:visible').first().waitFor();
    await this.type(text);
    if (row !== undefined) await this.#page.locator(PALETTE_ROW, { hasText: row }).waitFor();
    await this.press('Enter');
  }

  /** Opens a file of the workspace. A search that began before the file was written goes on without it. */
  async openFile(name: string): Promise<void> {
    const row = this.#page.locator(PALETTE_ROW, { hasText: name });
    await until(async () => {
      await this.press('Control+p');
      await this.#page.locator('.quick-input-widget input:visible').first().waitFor();
      await this.type(name);
      const isFound = await isThere(row, 5000);
      await this.press(isFound ? 'Enter' : 'Escape');
      return isFound;
    }, `${name} to be found`);
    await this.#page.locator(`.tab.active[data-resource-name="${name}"]`).first().waitFor(); // of each group of editors
  }

  /** Goes down a tree of the workbench from its first row, and stops on the row. */
  async goTo(label: string): Promise<void> {
    const row = `.monaco-list-row[aria-label^="${label}"]`;
    await this.#page.locator(`.pane-body .monaco-list:focus ${row}`).first().waitFor(); // the focus comes a moment after the view
    const focused = this.#page.locator(`.pane-body .monaco-list:focus ${row}.focused`);
    await this.press('Home');
    for (let i = 0; i < 100 && (await focused.count()) === 0; i++) await this.press('ArrowDown');
    await focused.waitFor();
  }

  /** Opens the row, on which a tree that is being drawn anew may lose a key. */
  async expand(label: string): Promise<void> {
    await this.goTo(label);
    const open = this.#page.locator(`.pane-body .monaco-list-row[aria-expanded="true"][aria-label^="${label}"]`);
    await until(async () => {
      if ((await open.count()) > 0) return true;
      await this.press('ArrowRight');
      await this.#page.waitForTimeout(200);
      return undefined;
    }, `the row ${label} to open`);
  }

  /** Chooses from the menu of what has the focus. */
  async menu(label: string): Promise<void> {
    await this.press('Shift+F10');
    const menu = this.#page.locator('.context-view .monaco-menu');
    await menu.locator('.action-label', { hasText: label }).first().waitFor();
    const focused = menu.locator('.action-item.focused .action-label', { hasText: label });
    for (let i = 0; i < 60 && (await focused.count()) === 0; i++) {
      await this.press('ArrowDown');
      await this.#page.waitForTimeout(30);
    }
    await until(async () => {
      if ((await menu.count()) === 0) return true;
      await this.press('Enter'); // in its first moments a menu takes no choice
      return menu.waitFor({ state: 'detached', timeout: 200 }).then(
        () => true,
        () => false,
      );
    }, 'the menu to take the choice');
  }

  /** Presses Tab until `selector` has the focus, in the frame; throws where that never comes. */
  async tabTo(selector: string, frame: Frame = this.#page.mainFrame()): Promise<void> {
    for (let i = 0; i < 80; i++) {
      if (await frame.evaluate<boolean>(hasFocus(selector)).catch(() => false)) return;
      await this.press('Tab');
    }
    throw new Error(`Tab does not reach ${selector}.`);
  }

  /** What of a page can be worked with, and Tab does not reach. Parts that are gone through with arrows (a grid, tabs) count as one. */
  async unreached(frame: Frame): Promise<readonly string[]> {
    await frame.evaluate('window.pilotReached = new Set()');
    for (const key of ['Tab', 'Shift+Tab']) {
      await until(() => frame.evaluate<boolean>(START), 'the page to take the focus');
      for (let i = 0; i < 120; i++) {
        await this.press(key);
        if (await frame.evaluate<boolean>(NOTE)) break;
      }
    }
    return frame.evaluate<readonly string[]>(LEFT);
  }
}

/** Browser code: whether what the selector finds has the focus, or something in it. */
const hasFocus = (selector: string): string =>
  `(() => { const at = document.activeElement; return document.hasFocus() && at !== null && at.closest(${JSON.stringify(selector)}) !== null; })()`;

/** Browser code. Elements of a library keep their controls in shadow trees; the element itself counts. */
const START = `(() => { window.pilotPassed = new Set(); document.activeElement?.blur(); window.focus(); return document.hasFocus(); })()`;
/** Browser code: true when Tab has left the page, or has come round to where it began. */
const NOTE = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return window.pilotPassed.size > 0;
  const round = window.pilotPassed.has(at);
  window.pilotPassed.add(at);
  window.pilotReached.add(at);
  return round;
})()`;
const LEFT = `(() => {
  const controls = 'button, input, select, textarea, a[href], [tabindex], vscode-textfield, vscode-checkbox, vscode-single-select, vscode-button, vscode-textarea';
  const groups = '[role=grid], [role=treegrid], [role=tablist], .surface';
  const groupOf = (element) => element.closest(groups);
  const reached = [...window.pilotReached];
  return [...document.querySelectorAll(controls)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled)
    .filter((element) => {
      const group = groupOf(element);
      return !reached.some((one) => one === element || element.contains(one) || one.contains(element) || (group !== null && groupOf(one) === group));
    })
    .map((element) => element.outerHTML.slice(0, 160));
})()`;
