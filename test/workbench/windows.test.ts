import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MIGRATIONS, readProfileFile, writeProfileFile, type Migration } from '../../src/extension/connections/profileFile.ts';
import { full } from '../harness/depth.ts';
import { listProcesses } from '../harness/processes.ts';
import { ROOT } from '../harness/root.ts';
import { run, until } from '../harness/run.ts';
import { packageVsix } from '../harness/vscode/packages.ts';
import { addConnection, ask, chooseFromMenu, clearNotifications, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { ANSWER, QUESTION, SCREENSHOTS, Session } from './session.ts';

/** A change in one window must show in the other within this time. */
const SYNC_MS = 2000;

/** Everything here runs in a VS Code whose environment is hostile: it must change nothing. */
suite('windows', function () {
  this.timeout(300_000);
  let session: Session;
  let first: Workbench;
  let second: Workbench;
  const evil = path.join(ROOT, 'out/evil');
  const opened: Workbench[] = [];

  const row = ({ page }: Workbench, label: string): ReturnType<Workbench['page']['locator']> =>
    page.locator(`.pane-body .monaco-list-row[aria-label^="connection ${label},"]`).first();
  const open = async (name?: string): Promise<Workbench> => {
    const window = await session.openWindow(name);
    opened.push(window);
    return window;
  };

  suiteSetup(async () => {
    await rm(evil, { recursive: true, force: true });
    await mkdir(evil, { recursive: true });
    // Every Node process that takes NODE_OPTIONS over writes down that it did.
    await writeFile(
      path.join(evil, 'evil.cjs'),
      "require('node:fs').writeFileSync(`${__dirname}/${process.pid}.json`, JSON.stringify({ argv: process.argv, exec: process.execArgv }));",
    );
    session = await Session.start({
      env: {
        NODE_OPTIONS: `--require ${path.join(evil, 'evil.cjs')}`,
        MYSQL_HOST: '203.0.113.1',
        MYSQL_USER: 'evil',
        MYSQL_PASSWORD: 'evil',
        MYSQL_URL: 'mysql://evil:evil@203.0.113.1/evil',
        MYSQL_ALLOW_DELETE: 'true',
        MYSQL_ALLOW_INSERT: 'true',
      },
    });
    first = await open('shared');
    await openView(first);
    await addConnection(first, session.url, 'shop');
    second = await open('shared');
    await openView(second);
  });
  suiteTeardown(() => session.dispose());
  teardown(async function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const [i, window] of opened.entries()) {
      if (!window.page.isClosed()) await window.screenshot(path.join(SCREENSHOTS, `failed-windows-${String(i)}.png`));
    }
  });

  // On one folder, as it is harder; the windows of test/extension/manyAdds.suite.ts have two.
  test('two windows answer at the same time [F95]', async () => {
    const answers = await Promise.all([ask(first, QUESTION, ANSWER), ask(second, QUESTION, ANSWER)]);
    for (const answer of answers) assert.ok(answer.includes(ANSWER));
  });

  test('a connection that is added in one shows in the other within 2 s', async () => {
    await addConnection(first, session.url, 'shop 2');
    await row(second, 'shop 2').waitFor({ timeout: SYNC_MS });
  });

  test('a new name shows in the other within 2 s', async () => {
    await second.runCommand('MySQL Pilot: Rename Connection…');
    await second.page.locator('.quick-input-list .monaco-list-row[aria-label^="shop 2"]').click();
    await second.page.waitForTimeout(150);
    await second.answer('renamed');
    await row(first, 'renamed').waitFor({ timeout: SYNC_MS });
  });

  test('a removed one is gone in the other within 2 s', async () => {
    await first.runCommand('MySQL Pilot: Remove Connection');
    await first.page.locator('.quick-input-list .monaco-list-row[aria-label^="renamed"]').click();
    await first.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).first().click();
    await row(second, 'renamed').waitFor({ state: 'detached', timeout: SYNC_MS });
  });

  test('hostile variables reached no server of ours', async () => {
    const seen = (await readdir(evil)).filter((name) => name.endsWith('.json')).map((name) => readFileSync(path.join(evil, name), 'utf8'));
    assert.ok(seen.length > 0, 'the hostile variable is in force');
    for (const text of seen) assert.ok(!text.includes('--rendezvous'), text);
    const servers = ourServers();
    assert.ok(servers.length > 0, 'there are servers to look at');
    for (const environment of servers) assert.ok(!environment.includes('NODE_OPTIONS='), environment);
  });

  test('two windows on the same folder work, also after one of them is closed [F114]', async () => {
    await first.close();
    await ask(second, QUESTION, ANSWER);
  });

  const extensionFolder = (version: string): string =>
    path.join(session.codeServer.folder, `extensions/mysql-pilot.mysql-pilot-${version}`);
  /** Another version instead of the one that runs, as the Extensions view does it: its folder moves. */
  const replace = async (vsix: string, before: string, after: string): Promise<void> => {
    for (const window of opened) if (!window.page.isClosed()) await window.close();
    await session.codeServer.stop();
    await session.codeServer.installExtension(vsix);
    await rm(extensionFolder(before), { recursive: true, force: true });
    assert.ok(existsSync(extensionFolder(after)));
    await session.codeServer.launch();
    first = await open('shared');
  };
  const { version: now } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const LATER = '99.0.0';

  full(
    test('after an update that moved the folder the tools work again', async () => {
      const update = path.join(ROOT, 'out/mysql-pilot-next.vsix');
      const vsce = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
      const args = ['package', LATER, '--no-update-package-json', '--no-git-tag-version', '--no-dependencies', '--out', update];
      await run(process.execPath, [vsce, ...args], { cwd: ROOT });
      await replace(update, now, LATER);
      await ask(first, QUESTION, ANSWER);
    }),
  );

  full(
    test('after going back the earlier version finds connections, passwords and settings, and keeps what it does not know [P76]', async () => {
      const folder = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/connections');
      const [name = ''] = (await readdir(folder)).filter((one) => one.endsWith('.json'));
      const file = path.join(folder, name);
      // What the later version may have written: a format of its own, with a group, and a second connection with a limit that the earlier one does not know.
      const grouped: Migration = { up: (form) => form, down: ({ group: _, ...form }) => form };
      const limited: Migration = { up: (form) => form, down: () => undefined };
      const text = await readFile(file, 'utf8');
      const form = readProfileFile(text) ?? assert.fail('no connection');
      await writeFile(file, writeProfileFile({ ...form, group: 'shops' }, text, [...MIGRATIONS, grouped]));
      const id = randomUUID();
      await writeFile(
        path.join(folder, `${id}.json`),
        writeProfileFile({ ...form, id, name: 'limited' }, undefined, [...MIGRATIONS, limited]),
      );
      const settings = path.join(session.codeServer.folder, 'user/User/settings.json');
      const before = { ...(JSON.parse(await readFile(settings, 'utf8')) as object), 'mysqlPilot.ofLaterVersions': true };
      await writeFile(settings, JSON.stringify(before));

      await replace(await packageVsix(), LATER, now);
      await openView(first);
      await row(first, 'shop').waitFor();
      await first.page.locator('.notification-toast', { hasText: 'only a later version of MySQL Pilot enforces' }).waitFor();
      await first.screenshot(path.join(SCREENSHOTS, 'after-rollback.png'));
      assert.equal(await row(first, 'limited').count(), 0);
      await clearNotifications(first);
      await ask(first, QUESTION, ANSWER);
      assert.deepEqual(JSON.parse(await readFile(settings, 'utf8')), before);

      await chooseFromMenu(first, row(first, 'shop'), 'Rename');
      await first.answer('store');
      await row(first, 'store').waitFor();
      const saved = readProfileFile(await readFile(file, 'utf8'), [...MIGRATIONS, grouped]);
      assert.deepEqual([saved?.['name'], saved?.['group']], ['store', 'shops'], 'the later version loses nothing');
    }),
  );

  /** The environment of every running MCP server of this VS Code. */
  function ourServers(): string[] {
    const mark = `--rendezvous\0${session.codeServer.folder}`;
    return listProcesses()
      .filter(({ commandLine }) => commandLine.includes(mark))
      .map(({ environment }) => environment);
  }

  test('no server outlives its windows', async () => {
    for (const window of opened) if (!window.page.isClosed()) await window.close();
    await session.codeServer.stop();
    await until(() => ourServers().length === 0, 'the servers to end', 10_000);
  });
});
