import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { addConnection, openView, setAgentPermissions, setTheme, THEMES } from '../harness/vscode/steps.ts';
import { seriousViolations } from '../harness/vscode/webviews.ts';
import { VIEWPORT, type Workbench } from '../harness/vscode/workbench.ts';
import { ReviewTab } from './review.ts';
import { SCREENSHOTS, Session } from './session.ts';

interface Kind {
  readonly name: string;
  readonly sql: string;
  readonly headline: RegExp;
  readonly button: RegExp;
  /** What has to be typed, where it cannot be undone. */
  readonly typed?: string;
  /** Is 1 once it has run. */
  readonly done: string;
}

const KINDS: readonly Kind[] = [
  {
    ...{
      name: 'update',
      sql: "UPDATE kinds SET note = 'changed' WHERE id <= 3",
      done: "SELECT COUNT(*) = 3 FROM kinds WHERE note = 'changed'",
    },
    ...{ headline: /^Update 3 rows in shop\.kinds$/, button: /^Run 3-Row Update$/ },
  },
  {
    ...{ name: 'delete', sql: 'DELETE FROM kinds WHERE id = 5', done: 'SELECT COUNT(*) = 0 FROM kinds WHERE id = 5' },
    ...{ headline: /^Delete 1 row from shop\.kinds$/, button: /^Run 1-Row Delete$/ },
  },
  {
    ...{
      name: 'insert',
      sql: "INSERT INTO kinds VALUES (11, 'a', 1), (12, NULL, 2)",
      done: 'SELECT COUNT(*) = 2 FROM kinds WHERE id > 10',
    },
    ...{ headline: /^Insert 2 rows into shop\.kinds$/, button: /^Run 2-Row Insert$/ },
  },
  {
    ...{
      name: 'several',
      sql: 'UPDATE kinds SET n = 100 WHERE id = 1; DELETE FROM kinds WHERE id = 2',
      done: 'SELECT COUNT(*) = 0 FROM kinds WHERE id = 2',
    },
    ...{ headline: /^Run 2 statements$/, button: /^Run 2 Statements$/ },
  },
  {
    ...{
      name: 'alter',
      sql: 'ALTER TABLE kinds ADD COLUMN added INT',
      done: "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'shop' AND column_name = 'added'",
    },
    ...{ headline: /^Alter table shop\.kinds/, button: /^Alter Table$/, typed: 'kinds' },
  },
  {
    ...{
      name: 'drop',
      sql: 'DROP TABLE dropped',
      done: "SELECT COUNT(*) = 0 FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'dropped'",
    },
    ...{ headline: /^Drop table shop\.dropped/, button: /^Drop Table$/, typed: 'dropped' },
  },
  {
    ...{ name: 'call', sql: 'CALL set_aside()', done: 'SELECT COUNT(*) FROM kinds WHERE id = 99' },
    ...{ headline: /^Call procedure shop\.set_aside/, button: /^Call Procedure$/, typed: 'set_aside' },
  },
  {
    ...{ name: 'account', sql: "CREATE USER 'kinds_reader'@'%'", done: "SELECT COUNT(*) FROM mysql.user WHERE user = 'kinds_reader'" },
    ...{ headline: /kinds_reader/, button: /User|Account/, typed: 'kinds_reader' },
  },
];

const plans = Object.fromEntries(
  KINDS.map(({ name, sql }) => [`the kind ${name}.`, [{ tool: 'mysql_execute', args: { sql } }, { say: 'The tool said: {{0.text}}' }]]),
);
/** As wide as a window at 200 %. */
const HALF = { width: VIEWPORT.width / 2, height: VIEWPORT.height / 2 };

/** What a screen reader says of the review: kept in a file for who reads it through. */
const NAMES = path.join(SCREENSHOTS, 'review-names.txt');

suite('reviews of every kind of change, in the workbench', function () {
  full(this);
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const row = (label: string): ReturnType<Workbench['treeRow']> =>
    window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const isDone = async ({ done }: Kind): Promise<boolean> => {
    const [found] = (await execute(session.mysql, done, 'shop')) as object[];
    return Object.values(found ?? {})[0] === 1;
  };
  const ask = async ({ name }: Kind): Promise<ReviewTab> => {
    const input = window.page.locator('.interactive-session .chat-editor-container .monaco-editor').first();
    if (await input.isVisible()) await window.page.locator('.part.auxiliarybar .action-label[aria-label^="New Chat"]').first().click();
    else await window.runCommand('Chat: Open Chat');
    await window.page.waitForTimeout(500); // the editor of a new chat takes what is typed a moment later
    await input.click();
    await window.page.keyboard.insertText(`Please do the kind ${name}.`);
    await window.page.keyboard.press('Enter');
    const button = window.page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
    const status = window.page.locator('.statusbar-item', { hasText: 'to review' });
    await button.or(status).first().waitFor();
    if (!(await status.isVisible())) await button.click();
    return ReviewTab.find(window);
  };
  const answered = (text: string): Promise<void> =>
    window.page.locator('.interactive-session .interactive-response', { hasText: text }).last().waitFor();
  /** What decides can be reached, if need be by scrolling down, and the page does not scroll sideways. */
  const fits = async (review: ReviewTab): Promise<void> => {
    const { width, height } = window.page.viewportSize() ?? VIEWPORT;
    for (const button of ['button.run', 'button.reject', 'h1']) {
      await review.frame.locator(button).scrollIntoViewIfNeeded();
      const box = (await review.frame.locator(button).boundingBox()) ?? assert.fail(button);
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${button} ${JSON.stringify(box)}`);
    }
    assert.ok(await review.frame.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'), 'sideways');
  };

  suiteSetup(async () => {
    session = await Session.start({ env: { SCRIPTED_MODEL_PLANS: JSON.stringify(plans) } });
    await execute(
      session.mysql,
      'CREATE TABLE kinds (id INT PRIMARY KEY, note VARCHAR(20), n INT); CREATE TABLE dropped (id INT PRIMARY KEY)',
      'shop',
    );
    await execute(
      session.mysql,
      'INSERT INTO kinds SELECT id, note, 0 FROM orders WHERE id <= 10; CREATE PROCEDURE set_aside() INSERT INTO kinds (id) VALUES (99)',
      'shop',
    );
    await execute(
      session.mysql,
      "GRANT ALL ON shop.* TO 'app'@'%'; GRANT CREATE USER ON *.* TO 'app'@'%'; GRANT SELECT ON mysql.* TO 'app'@'%'",
    );
    window = await session.openWindow('kinds');
    await openView(window);
    await addConnection(window, session.url, 'shop');
    await setAgentPermissions(window, row('connection shop'), { changes: 'Everything, with my approval' });
    await mkdir(SCREENSHOTS, { recursive: true });
    await writeFile(NAMES, '');
  });
  suiteTeardown(() => session.dispose());
  teardown(async function () {
    await window.page.setViewportSize(VIEWPORT);
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  for (const kind of KINDS) {
    test(`${kind.name}: it looks right in three themes and two zooms, a screen reader names its parts, and a no is one action`, async () => {
      const review = await ask(kind);
      assert.match(await review.headline, kind.headline);
      assert.match(await review.runButton.innerText(), kind.button);
      for (const theme of THEMES) {
        await setTheme(window, theme);
        for (const size of [VIEWPORT, HALF]) {
          await window.page.setViewportSize(size);
          await fits(review);
          assert.deepEqual(await seriousViolations(review.frame), [], `${theme.name} ${String(size.width)}`);
          await window.screenshot(path.join(SCREENSHOTS, `kind-${kind.name}-${theme.name}-${String(size.width)}.png`));
        }
        await window.page.setViewportSize(VIEWPORT);
      }
      await setTheme(window, THEMES[0]);
      const names = await review.frame.locator('body').ariaSnapshot();
      await writeFile(NAMES, `# ${kind.name}\n${names}\n\n`, { flag: 'a' });
      assert.match(names, /heading "[^"]+" \[level=1\]/);
      assert.match(names, /button "Reject"/);
      await review.reject();
      await answered('The user rejected the write');
      assert.equal(await isDone(kind), false);
    });

    test(`${kind.name}: by keyboard alone, a yes after reading`, async () => {
      const review = await ask(kind);
      await window.runCommand('MySQL Pilot: Review Agent Writes…');
      const isAt = (selector: string): Promise<boolean> => review.frame.evaluate<boolean>(`document.activeElement.matches('${selector}')`);
      await until(() => isAt('h1'), 'the headline to have the focus');
      for (let i = 0; i < 12; i++) await window.page.keyboard.press('PageDown');
      let actions = 0;
      if (kind.typed !== undefined) {
        for (let i = 0; i < 40 && !(await isAt('input.typed')); i++) await window.page.keyboard.press('Tab');
        await window.page.keyboard.type(kind.typed);
        actions++;
      }
      await until(() => review.isEnabled(), 'the button');
      for (let i = 0; i < 40 && !(await isAt('button.run')); i++) await window.page.keyboard.press('Tab');
      await window.page.keyboard.press('Space');
      actions++;
      await until(() => isDone(kind), 'the change');
      await answered('COMMITTED on shop');
      assert.ok(actions <= 2);
    });
  }
});
