import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { currentDepth } from '../depth.ts';
import { pause } from '../recorder.ts';
import { until } from '../run.ts';
import { isThere } from './isThere.ts';
import { CLEAR_NOTIFICATIONS_KEY } from './keybindings.ts';
import { webviewFrame } from './webviews.ts';
import { VIEWPORT, type Workbench } from './workbench.ts';

/** What a person does, one step each, in the real workbench. */

/** Opens our view. By command: a click on the activity bar would close it where it is open already. */
export async function openView(workbench: Workbench): Promise<void> {
  await workbench.page.locator('.activitybar [aria-label^="MySQL Pilot"]').first().waitFor({ timeout: 30_000 });
  await workbench.runCommand('MySQL Pilot: Focus on Connections View');
  await workbench.page.locator('.part.sidebar .pane-body').first().waitFor();
}

/** *MySQL Pilot: Add Connection* with a pasted URL; done when the tree shows it. */
export async function addConnection(workbench: Workbench, url: string, name: string): Promise<void> {
  await workbench.runCommand('MySQL Pilot: Add Connection…');
  await workbench.answer(url);
  await workbench.treeRow(name).waitFor({ timeout: 20_000 });
}

/** Opens a file of the workspace, and puts the cursor into it where it shows `text`. */
export async function openFile({ page }: Workbench, file: string, text: string): Promise<void> {
  const found = page.locator('.quick-input-list .monaco-list-row', { hasText: file }).first();
  const opened = page.locator(`.tab.active[data-resource-name="${file}"]`).first(); // of each group of editors
  const isDone = (step: Promise<unknown>): Promise<boolean> =>
    step.then(
      () => true,
      () => false,
    );
  let attempt = 0;
  await until(async () => {
    if (attempt++ > 0) await page.keyboard.press('Escape');
    await page.keyboard.press('Control+P');
    const input = page.locator('.quick-input-widget input:visible').first();
    // The list may be closed under us; a search that began before the file was written goes on without it; a list that is drawn anew under the pointer loses the click.
    return (
      (await isDone(input.fill(file, { timeout: 5000 }))) &&
      (await isDone(found.click({ timeout: 5000 }))) &&
      isDone(opened.waitFor({ timeout: 5000 }))
    );
  }, `${file} to be opened`);
  // Of this file: that of the one before is there for a moment longer. A key tells the extension that somebody is in it, also where the pointer moved nothing.
  await page.locator(`.monaco-editor[data-uri$="/${file}"] .view-line`, { hasText: text }).first().click();
  await page.keyboard.press('Home');
  await page.keyboard.press('End');
}

/**
 * Expands a row of the tree, and waits for one below it. A row that is drawn anew between press and release of the button loses the click, and VS Code closes one
 * again that was opened while it read the tree: then it is clicked again. A row that is open and stays empty is a failure of the tree.
 */
export async function expand(workbench: Workbench, row: string, below: string): Promise<void> {
  const { page } = workbench;
  const open = page.locator('.pane-body .monaco-list-row[aria-expanded="true"]', { hasText: row }).first();
  await until(
    async () => {
      if (!(await open.isVisible())) await workbench.treeRow(row).click();
      if (!(await isThere(open, 5000))) return false;
      if (await isThere(workbench.treeRow(below), 20_000)) return true;
      if (!(await open.isVisible())) return false;
      const rows = await page.locator('.pane-body .monaco-list-row').allInnerTexts();
      throw new Error(`The row ${row} is open, and has no ${below} below it: ${JSON.stringify(rows)}`);
    },
    `the row ${row} to open`,
    60_000,
  );
}

/** Brings the pointer over something until its tooltip says `text`: a row that is drawn anew below a pointer that stands still shows none. */
export async function hoverOver({ page }: Workbench, what: Locator, text: string): Promise<void> {
  const tooltip = page.locator('.monaco-hover:visible', { hasText: text }).first();
  await until(async () => {
    await page.mouse.move(VIEWPORT.width / 2, 4);
    await what.hover();
    return isThere(tooltip, 3000);
  }, `the tooltip with ${text}`);
}

/** Chooses a command from the context menu of a row. */
export async function chooseFromMenu(workbench: Workbench, row: ReturnType<Workbench['treeRow']>, label: string): Promise<void> {
  await workbench.page.mouse.move(VIEWPORT.width - 4, 4); // what hovers over the row stays as long as the pointer is on it
  const action = workbench.page.locator('.context-view .action-label', { hasText: label });
  await until(async () => {
    await row.click({ button: 'right' });
    const isOpen = await isThere(action, 3000);
    if (!isOpen) await workbench.page.keyboard.press('Escape'); // rows move while the tree is made anew: this was the menu of another one
    return isOpen;
  }, `the menu with ${label}`);
  await chooseAction(action);
  await workbench.page.mouse.move(VIEWPORT.width - 4, 4); // what hovers over the row below it would cover others
}

/**
 * Does what makes something appear, until it does: VS Code gives a command no row where it draws the view anew at the click, and the command says so, or asks for the
 * connection. What it asks is closed then.
 */
export async function untilThere({ page }: Workbench, what: Locator, act: () => Promise<unknown>, name: string): Promise<void> {
  await until(async () => {
    await act();
    if (await isThere(what, 8000)) return true;
    await page.keyboard.press('Escape');
    return false;
  }, name);
}

/** Opens the form of what agents see and change on the connection of a row. */
export async function openAgentPermissions(workbench: Workbench, row: ReturnType<Workbench['treeRow']>): Promise<Frame> {
  const tab = workbench.page.locator('.tab.active', { hasText: 'Agent Permissions of' });
  await untilThere(workbench, tab, () => chooseFromMenu(workbench, row, 'Set Agent Permissions…'), 'the form of permissions');
  return webviewFrame(workbench.page, 'form [data-field="agents"]');
}

/** Chooses in a list of a form. */
export async function chooseInForm(form: Frame, field: string, label: string): Promise<void> {
  await form.locator(`[data-field="${field}"] vscode-single-select`).click();
  await form.locator(`[data-field="${field}"] li`, { hasText: label }).first().click();
}

/** Chooses in the lists of the form of permissions, by the names of the fields, and saves it. */
export async function setAgentPermissions(
  workbench: Workbench,
  row: ReturnType<Workbench['treeRow']>,
  choices: Readonly<Record<string, string>>,
): Promise<void> {
  const form = await openAgentPermissions(workbench, row);
  for (const [field, label] of Object.entries(choices)) await chooseInForm(form, field, label);
  await form.locator('[data-action="save"]').click();
  await workbench.page.locator('.tab', { hasText: 'Agent Permissions of' }).waitFor({ state: 'detached' });
}

/** Clicks an entry of an open menu until the menu has closed: in its first moments it takes no click. */
export async function chooseAction(action: Locator): Promise<void> {
  await action.waitFor();
  await until(async () => {
    if ((await action.count()) === 0) return true;
    await action.click({ timeout: 1000 }).catch(() => undefined); // it has closed meanwhile
    return action.waitFor({ state: 'detached', timeout: 150 }).then(
      () => true,
      () => false,
    );
  }, 'the menu to take a click');
}

/** Answers VS Code's own dialog for files (`files.simpleDialog.enable`), which writes proposals of its own until it has looked at the folder. */
export async function answerFileDialog({ page }: Workbench, file: string, beforeEnter?: () => Promise<unknown>): Promise<void> {
  const input = page.locator('.quick-input-widget input[type="text"]:visible').first();
  const value = (): Promise<string> => input.inputValue({ timeout: 1000 }).catch(() => '');
  const looking = page.locator('.quick-input-progress.active');
  await until(async () => (await value()).includes('/'), 'the proposal of the dialog');
  await until(async () => {
    await input.fill(file);
    await pause(100); // it has begun by then
    await looking.waitFor({ state: 'detached' }); // what it proposes comes after that, in place of what is typed
    return (await value()) === file;
  }, 'the dialog to keep what is typed');
  await beforeEnter?.();
  await until(async () => {
    const now = await value();
    if (now !== file) {
      if (!now.includes('/')) return true;
      await input.fill(file); // on a busy machine it writes its proposal late
      return false;
    }
    await page.keyboard.press('Enter');
    return input.waitFor({ state: 'detached', timeout: 500 }).then(
      () => true,
      () => false,
    );
  }, 'the dialog to close');
}

/** Shows the chat; resolves when a question can be typed. */
export async function openChat(workbench: Workbench): Promise<Locator> {
  const { page } = workbench;
  const input = page.locator('.interactive-session .chat-editor-container .monaco-editor').first();
  // A chat that is restored comes a moment after the workbench.
  await input.waitFor({ timeout: 500 }).catch(() => workbench.runCommand('Chat: Open Chat'));
  await input.waitFor({ timeout: 30_000 });
  return input;
}

/** Types a question into the chat and waits until the answer to it holds `expected`. */
export async function ask(workbench: Workbench, question: string, expected: string | RegExp): Promise<string> {
  const { page } = workbench;
  const input = await openChat(workbench);
  const answers = page.locator('.interactive-session .interactive-response');
  const before = await answers.count();
  await input.click();
  await page.keyboard.insertText(question);
  await page.keyboard.press('Enter');
  const answer = answers.nth(before);
  await answer.filter({ hasText: expected }).waitFor({ timeout: 60_000 });
  return answer.innerText();
}

/** VS Code shows no toast for the fourth notification within this time, where a test is faster than any person. */
const TOAST_INTERVAL_MS = 800;

export async function clearNotifications({ page }: Workbench): Promise<void> {
  await page.keyboard.press(CLEAR_NOTIFICATIONS_KEY);
  await pause(TOAST_INTERVAL_MS);
}

export const THEMES = [
  { name: 'light', label: 'Light 2026', marker: 'vs' },
  { name: 'dark', label: 'Dark 2026', marker: 'vs-dark' },
  { name: 'high-contrast', label: 'Dark High Contrast', marker: 'hc-black' },
] as const;

/** What is read and looked at in each theme; for a pull request in one. */
export const PICTURED = currentDepth() === 'full' ? THEMES : THEMES.slice(0, 1);

export async function setTheme(workbench: Workbench, { label, marker }: (typeof THEMES)[number]): Promise<void> {
  if (await workbench.page.locator(`.monaco-workbench.${marker}`).isVisible()) return; // of each kind there is one in use
  await workbench.runCommand('Preferences: Color Theme');
  const picker = workbench.page.locator('.quick-input-widget input[placeholder*="olor Theme"]');
  await picker.waitFor();
  await picker.fill(label);
  await workbench.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label }).waitFor();
  await workbench.page.keyboard.press('Enter');
  await workbench.page.waitForSelector(`.monaco-workbench.${marker}`);
  await workbench.page.waitForFunction(STILL); // colors fade in
}

/** Browser code. */
const STILL = `document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect.getTiming().iterations === Infinity)`;

/** Takes one picture in each theme of the depth: `<folder>/<prefix>-light.png` and so on; resolves to the files. */
export async function photograph(workbench: Workbench, folder: string, prefix: string): Promise<string[]> {
  const files: string[] = [];
  for (const theme of PICTURED) {
    await setTheme(workbench, theme);
    files.push(await workbench.screenshot(path.join(folder, `${prefix}-${theme.name}.png`)));
  }
  return files;
}

/** Changes the user's settings in their editor, as a person does: what is written into the file behind the back of a window is not taken over. */
export async function changeSettings(workbench: Workbench, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('Preferences: Open User Settings (JSON)');
  const modal = page.locator('.monaco-modal-editor-block');
  await modal.locator('.view-line').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowRight'); // behind the brace
  await page.keyboard.insertText(
    Object.entries(settings)
      .map((entry) => `\n  ${entry.map((part) => JSON.stringify(part)).join(': ')},`)
      .join(''),
  );
  await page.keyboard.press('Control+s');
  await modal.locator('.action-label.codicon-close').last().click(); // asks, and stays, where it is not saved
  await modal.waitFor({ state: 'detached' });
}
