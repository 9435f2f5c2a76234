import assert from 'node:assert/strict';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { parseCommandLine, USAGE } from '../../../../src/server/config/commandLine.ts';

suite('command line', () => {
  test('what may be said', () => {
    const parse = (text: string): unknown => {
      const { what, rendezvous, config, http } = parseCommandLine(text.split(' ').filter((word) => word !== ''));
      return [what, rendezvous ?? config ?? '', http === undefined ? '' : `${http.host} ${String(http.port)}`].join(' ').trim();
    };
    const cases = {
      '': 'serve',
      '--help': 'help',
      '-h': 'help',
      '--version': 'version',
      '--check': 'check',
      '--check --config f.json': 'check f.json',
      '--config=f.json': 'serve f.json',
      '--rendezvous r': 'serve r',
      '--http': 'serve  127.0.0.1 3999',
      '--http 8080': 'serve  127.0.0.1 8080',
      '--http=0.0.0.0:80': 'serve  0.0.0.0 80',
      '--http [::1]:0': 'serve  ::1 0',
      '--http db.local --config f': 'serve f db.local 3999',
      '--http --config f': 'serve f 127.0.0.1 3999',
    };
    for (const [text, expected] of Object.entries(cases)) assert.equal(parse(text), expected, text);
  });

  test('help is there for the credential agent, too, and names every command', () => {
    for (const words of [['--help'], ['agent', '--help'], ['agent', '-h'], ['agent', 'help']])
      assert.equal(parseCommandLine(words).what, 'help', words.join(' '));
    for (const command of ['init', 'agent', '--check', '--vscode']) assert.match(USAGE, new RegExp(`mysql-pilot ${command}`));
  });

  test('the credential agent has its actions, and VS Code its connections', () => {
    for (const action of ['start', 'status', 'lock', 'stop', 'run'] as const)
      assert.equal(parseCommandLine(['agent', action]).action, action);
    const { what, vscode, rendezvous } = parseCommandLine(['--vscode']);
    assert.deepEqual([what, vscode, rendezvous], ['serve', true, undefined]);
  });

  test('anything else is an error that says what to do', () => {
    const cases: readonly [string, RegExp][] = [
      ['--confg f', /--confg is unknown. Did you mean --config\?/],
      ['f.json', /Use --config FILE for a file/],
      ['--config', /--config needs a file path/],
      ['--config= ', /--config needs a file path/],
      ['--check=yes', /--check takes no value/],
      ['--config a --config b', /given twice/],
      ['--rendezvous a --http', /can't be combined with other flags/],
      ['--vscode --http', /--vscode can't be combined with other flags/],
      ['agent', /agent needs one of: start, status, lock, stop\./],
      ['agent go', /agent needs one of: start/],
      ['agent lock now', /agent needs one of: start/],
      ['--check --http', /doesn't start an HTTP server/],
      ['--http 70000', /isn't a valid port/],
      ['--http http://x/', /isn't a valid address/],
    ];
    for (const [text, expected] of cases) {
      assert.throws(
        () => parseCommandLine(text.split(' ').filter((word) => word !== '')),
        (error) => isPilotError(error, 'input.invalid') && expected.test(error.message),
        text,
      );
    }
  });
});
