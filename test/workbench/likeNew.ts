import { isDeepStrictEqual, inspect } from 'node:util';
import { until } from '../harness/run.ts';
import { setTheme, THEMES } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import { VIEWPORT, type Workbench } from '../harness/vscode/workbench.ts';

/** What a person can see of a window, in words. */
export type WindowState = Readonly<Record<string, readonly string[]>>;

/** A window that is cleared has to look as new within this time. */
const SETTLES_MS = 15_000;

export function lookAt({ page }: Workbench): Promise<WindowState> {
  return page.evaluate<WindowState>(LOOK);
}

/** Waits until the window looks as it did when it was new; throws with what is different where that does not come. */
export async function likeNew(window: Workbench, asNew: WindowState): Promise<void> {
  let now: WindowState = {};
  await until(async () => isDeepStrictEqual((now = await lookAt(window)), asNew), 'a window as new', SETTLES_MS).catch(() => {
    const different = Object.keys(asNew).filter((part) => !isDeepStrictEqual(now[part], asNew[part]));
    const lines = different.map((part) => `${part}: ${inspect(now[part])} instead of ${inspect(asNew[part])}`);
    throw new Error(`The window is not as new after what the suite has left was cleared away.\n${lines.join('\n')}`);
  });
}

/** Closes what is open and forgets what a suite has left in the window. Connections and files are removed before and after. */
export async function clearWindow(window: Workbench): Promise<void> {
  const { page } = window;
  await page.mouse.move(VIEWPORT.width - 4, 4); // what hovers goes
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await closeResults(window);
  await page.keyboard.press(CLEAR_KEY);
  const discard = page.locator('.monaco-dialog-box .monaco-button', { hasText: "Don't Save" });
  await until(async () => {
    if (await discard.isVisible()) await discard.click();
    return (await page.locator('.editor-group-container .tab').count()) === 0;
  }, 'the editors to close');
  if (!(await page.locator('.monaco-workbench.vs').isVisible())) await setTheme(window, THEMES[0]);
  const activity = page.locator('.pane-header[aria-expanded="true"]', { hasText: 'Agent Activity' });
  if (await activity.isVisible()) await activity.click();
}

async function closeResults(window: Workbench): Promise<void> {
  await window.runCommand('MySQL Results: Focus on Results View');
  const frame = await webviewFrame(window.page, 'header .tabs');
  const tabs = frame.locator('.tabs .tab');
  await until(async () => {
    const close = tabs.first().locator('.close'); // which shows while the pointer is on the tab
    if ((await tabs.count()) === 0) return true;
    await close.dispatchEvent('click', {}, { timeout: 1000 }).catch(() => undefined); // it has gone meanwhile
    return false;
  }, 'the results to close');
}

/** A key that no test presses, for what takes a person several commands. */
const CLEAR_KEY = 'Control+Alt+Shift+F9';
export const KEYBINDINGS = [
  {
    key: 'ctrl+alt+shift+f9',
    command: 'runCommands',
    args: {
      commands: [
        'notifications.clearAll',
        'mysqlPilot.clearActivity',
        'workbench.action.clearEditorHistoryWithoutConfirm',
        'workbench.action.chat.newChat',
        'workbench.action.closePanel',
        'workbench.action.closeAllEditors',
        'mysqlPilot.connections.focus',
      ],
    },
  },
];

/** Browser code. */
const LOOK = `(() => {
  const seen = (selector, text = (one) => one.getAttribute('aria-label') ?? one.textContent.trim()) =>
    [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({ visibilityProperty: true })).map((one) => text(one));
  const expanded = (one) => one.textContent.trim() + ' ' + one.getAttribute('aria-expanded');
  return {
    tabs: seen('.editor-group-container .tab'),
    dialogs: seen('.monaco-dialog-box'),
    questions: seen('.quick-input-widget'),
    notifications: seen('.notification-toast'),
    menus: seen('.context-view .monaco-menu'),
    panes: seen('.part.sidebar .pane-header', expanded),
    rows: seen('.part.sidebar .pane-body .monaco-list-row'),
    welcome: seen('.part.sidebar .welcome-view-content', () => 'shown'),
    status: seen('.statusbar-item').filter((label) => /mysql|shop|transaction|session|Ln \\d/i.test(label)),
    parts: seen('.part', (one) => one.id),
    panels: seen('iframe.webview', () => 'a webview'),
    theme: ['vs', 'vs-dark', 'hc-black', 'hc-light'].filter((name) => document.querySelector('.monaco-workbench').classList.contains(name)),
  };
})()`;
