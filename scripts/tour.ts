import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npmLibrary } from '../test/harness/npmTools.ts';
import { ROOT } from '../test/harness/root.ts';
import { run, until } from '../test/harness/run.ts';
import {
  addConnection,
  ask,
  chooseFromMenu,
  expand,
  openAgentPermissions,
  openChat,
  openFile,
  openView,
} from '../test/harness/vscode/steps.ts';
import { webviewFrame } from '../test/harness/vscode/webviews.ts';
import { ReviewTab } from '../test/workbench/review.ts';
import { ANSWER, QUESTION, REVENUE, Session } from '../test/workbench/session.ts';

/**
 * `npm run tour`: the moving picture of the README, made in the real workbench on a real server: one frame for each step, with a caption. An animated WebP, because
 * the Marketplace shows no videos.
 */
const FILE = path.join(ROOT, 'docs/pictures/tour.webp');
const WIDTH = 1120;
const MAX_BYTES = 2_000_000;

/** What is used of sharp. */
type Sharp = (
  input: readonly Buffer[] | Buffer,
  options?: { readonly join: { readonly animated: true } },
) => {
  resize(size: { readonly width: number }): ReturnType<Sharp>;
  png(): ReturnType<Sharp>;
  webp(options: {
    readonly quality: number;
    readonly delay: readonly number[];
    readonly loop: number;
    readonly effort: number;
  }): ReturnType<Sharp>;
  toBuffer(): Promise<Buffer>;
};

interface Frame {
  readonly picture: Buffer;
  readonly milliseconds: number;
}

await run(process.execPath, ['esbuild.js'], { cwd: ROOT });
const session = await Session.start();
const frames: Frame[] = [];
try {
  const workspace = path.join(session.codeServer.folder, 'folders/shop');
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'revenue.sql'), REVENUE);
  const window = await session.openWindow('shop');
  const { page } = window;

  const frame = async (caption: string, seconds: number): Promise<void> => {
    await window.runCommand('Notifications: Clear All Notifications');
    await page.mouse.move(700, 4); // nothing hovers
    await shoot(caption, seconds);
  };
  /** Where a menu or a dialog is open, which the palette would close. */
  const shoot = async (caption: string, seconds: number): Promise<void> => {
    await page.evaluate(`(() => {
      const bar = document.getElementById('tour') ?? document.body.appendChild(Object.assign(document.createElement('div'), { id: 'tour' }));
      bar.style.cssText = 'position:fixed;left:50%;bottom:34px;transform:translateX(-50%);z-index:100000;padding:10px 22px;border-radius:8px;background:#1f2328;color:#fff;font:600 20px system-ui,sans-serif;white-space:nowrap';
      bar.textContent = ${JSON.stringify(caption)};
      // VS Code's own notice about models.
      let notice = [...document.querySelectorAll('.part.auxiliarybar *')].findLast((one) => one.textContent.trim() === 'Set BYOK utility models');
      while (notice != null && notice.querySelector('.monaco-button') === null) notice = notice.parentElement;
      notice?.style.setProperty('display', 'none', 'important');
    })()`);
    await page.waitForTimeout(700); // what fades in has done so
    frames.push({ picture: await page.screenshot(), milliseconds: 1000 * seconds });
  };

  await openView(window);
  await window.runCommand('View: Hide Secondary Side Bar');
  await window.runCommand('MySQL Pilot: Add Connection…');
  await page.locator('.quick-input-widget input:visible').first().fill('mysql://reporting@db.example:3306/shop');
  await shoot('Paste a URL, or import your connections', 2.5);
  await page.keyboard.press('Escape');
  await addConnection(window, session.url, 'shop');
  await expand(window, 'app@127.0.0.1', 'information_schema');
  await page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').click();
  await expand(window, 'orders', 'placed_at');
  await openFile(window, 'revenue.sql', 'SELECT');
  await page.locator('.codelens-decoration', { hasText: 'Run' }).first().waitFor();
  await page.keyboard.press('Home');
  await frame('Browse the schema, write SQL with completion', 2.5);
  await page.keyboard.press('Control+Shift+Enter');
  const results = await webviewFrame(page, 'header .tabs');
  await results.locator('.cell[data-row="0"][data-column="2"]').click();
  await shoot('Run it: sort, filter, edit and export the rows', 3);

  await openChat(window);
  await ask(window, QUESTION, ANSWER);
  await shoot('Ask an agent: it can read, and nothing else', 3);

  await window.runCommand('View: Hide Panel');
  const connection = page.locator('.pane-body .monaco-list-row[aria-label^="connection shop"]').first();
  await openAgentPermissions(window, connection);
  const rows = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Rows, with my approval' });
  await rows.waitFor();
  await shoot('Allow more for a connection, if you want to', 2.5);
  await rows.click();
  await connection.and(page.locator('[aria-label*="agents can write"]')).waitFor();
  await (await openChat(window)).click();
  await page.keyboard.type('Please mark the late orders.');
  await page.keyboard.press('Enter');
  const allow = page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
  const status = page.locator('.statusbar-item', { hasText: 'to review' });
  await allow.or(status).first().waitFor();
  if (!(await status.isVisible())) await allow.click();
  const review = await ReviewTab.find(window);
  await until(() => review.isEnabled(), 'the review to be read');
  await shoot('Every write asks you first: you see the rows before and after, then decide', 4);
  await review.reject();

  await window.runCommand('View: Close All Editors');
  await window.runCommand('View: Hide Secondary Side Bar');
  await chooseFromMenu(window, page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').first(), 'Show Diagram');
  await webviewFrame(page, '.surface .table');
  await frame('See how tables belong together', 3);
} finally {
  await session.dispose();
}

const { default: sharp } = (await npmLibrary('sharp', 'dist/index.mjs')) as { readonly default: Sharp };
const small = await Promise.all(frames.map(({ picture }) => sharp(picture).resize({ width: WIDTH }).png().toBuffer()));
const delay = frames.map(({ milliseconds }) => milliseconds);
const moving = await sharp(small, { join: { animated: true } })
  .webp({ quality: 70, effort: 6, loop: 0, delay })
  .toBuffer();
if (moving.length > MAX_BYTES) throw new Error(`The picture has ${String(moving.length)} bytes.`);
await writeFile(FILE, moving);
console.log(`${FILE}: ${String(frames.length)} frames, ${String(Math.round(moving.length / 1024))} KB`);
process.exit(0);
