import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runScript } from './run.ts';

suite('what comes from others', function () {
  this.timeout(60_000);
  let folder: string;

  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mpt-supply-'));
  });
  teardown(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  suite('licenses', () => {
    const bundle = (license: string | undefined, text = 'The text of the license.'): { code: number | null; said: string } => {
      write('out/meta/x.json', { inputs: { 'node_modules/@scope/inner/index.js': {}, 'src/own.ts': {} } });
      write('node_modules/@scope/inner/package.json', {
        name: '@scope/inner',
        version: '1.2.3',
        ...(license === undefined ? {} : { license: license }),
      });
      if (text !== '') write('node_modules/@scope/inner/LICENSE.md', text);
      return runScript('licenses', '--root', folder, '--out', path.join(folder, 'NOTICE.txt'));
    };

    test('one that may be shipped, with its text', () => {
      assert.equal(bundle('(GPL-3.0-only OR MIT)').code, 0);
      assert.match(readFileSync(path.join(folder, 'NOTICE.txt'), 'utf8'), /@scope\/inner 1\.2\.3 \(.*MIT\)+\n\nThe text of the license\./);
    });

    test('one that may not, one that nobody knows, none, and one without its text', () => {
      for (const license of ['GPL-3.0-only', 'SEE LICENSE IN x', 'MIT AND SSPL-1.0', undefined]) {
        const { code, said } = bundle(license);
        assert.equal(code, 1, license);
        assert.match(said, /@scope\/inner@1\.2\.3: the license/);
      }
      rmSync(path.join(folder, 'node_modules'), { recursive: true });
      assert.match(bundle('MIT', '').said, /ships no text of its license/);
    });
  });

  suite('known weaknesses', () => {
    const audit = (allow: readonly object[], today: string, found = true): { code: number | null; said: string } => {
      const url = 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc';
      const via = [{ url, title: 'It leaks', severity: 'high' }];
      const report = write('report.json', {
        vulnerabilities: found ? { leaky: { severity: 'high', via }, above: { severity: 'high', via: ['leaky'] } } : {},
      });
      return runScript('audit', '--report', report, '--allow', write('allow.json', allow), '--today', today);
    };
    const pass = { advisory: 'GHSA-aaaa-bbbb-cccc', until: '2026-12-31', reason: 'It is in a test tool that reads nothing.' };

    test('none, or one that is let pass until a day [P68]', () => {
      assert.equal(audit([], '2026-11-01', false).code, 0);
      assert.equal(audit([pass], '2026-12-31').code, 0);
    });

    test('one that nobody has decided about, one whose time is over, one that is gone, and a list with a slip', () => {
      assert.match(audit([], '2026-11-01').said, /leaky: It leaks \(high/);
      const late = audit([pass], '2027-01-01');
      assert.deepEqual([late.code, late.said.includes('was let pass until 2026-12-31')], [1, true]);
      assert.match(audit([pass], '2026-11-01', false).said, /found no longer/);
      assert.notEqual(audit([{ ...pass, until: 'soon' }], '2026-11-01').code, 0);
    });
  });

  suite('secrets', () => {
    test('a key that was written down is found, and the repository has none [P78]', async () => {
      const { default: spawn } = await import('node:child_process');
      const scan = (...args: string[]): { status: number | null; stdout: string } =>
        spawn.spawnSync(process.execPath, ['node_modules/secretlint/bin/secretlint.js', '--maskSecrets', ...args], { encoding: 'utf8' });
      const key = ['-----BEGIN', 'RSA PRIVATE KEY-----'].join(' ');
      write('leak.txt', `${key}\n${'MIIEpAIBAAKCAQEA'.repeat(40)}\n${key.replace('BEGIN', 'END')}\n`);
      const leaked = scan('--no-glob', path.join(folder, 'leak.txt'));
      assert.deepEqual([leaked.status, /PRIVATE KEY/i.test(leaked.stdout)], [1, true], leaked.stdout);
      const own = scan('**/*');
      assert.equal(own.status, 0, own.stdout);
    });
  });
});
