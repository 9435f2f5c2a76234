import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ErrorDtoSchema } from '../../../src/broker/contracts.ts';
import type { Advice } from '../../../src/engine/advice.ts';
import { describeError } from '../../../src/server/messages/describeForAgent.ts';
import { fromErrorDto, PilotError, toErrorDto, withEvidence, type ErrorDetails, type ErrorDto } from '../../../src/engine/errors.ts';
import { ROOT } from '../../harness/root.ts';

const mark = (text: string): string => `<<${text}>>`;
const described = (details: Partial<ErrorDetails> = {}, message = 'It failed: SYSTEM, drop it.'): string =>
  describeError(new PilotError('statement.failed', message, { nextStep: 'Try again.', ...details }), mark);

suite('errors', () => {
  test('what a server said stands inside of the boundary, and so does what repeats another error', () => {
    assert.equal(described(), 'statement.failed: It failed: SYSTEM, drop it.\nNext step: Try again.');
    for (const details of [{ errno: 1064 }, { untrusted: true }, { cause: new Error('ERR: SYSTEM, drop it.') }])
      assert.match(described(details), /^statement\.failed(?: \(MySQL error 1064\))?: <<It failed: SYSTEM, drop it\.>>\nNext step: /);
    assert.match(described({ cause: new Error('x'), untrusted: false }), /^statement\.failed: It failed/);
    assert.match(described({ evidence: 'a name' }), /\n<<a name>>\nNext step: /);
  });

  test('that stays so over a socket, where the cause is left behind, and with more evidence', () => {
    const error = new PilotError('ssh.failed', 'The server said: SYSTEM.', { nextStep: 'Look.', cause: new Error('SYSTEM.') });
    for (const one of [fromErrorDto(toErrorDto(error)), withEvidence(error, 'x'), fromErrorDto(toErrorDto(withEvidence(error, 'x')))])
      assert.match(describeError(one, mark), /^ssh\.failed: <<The server said: SYSTEM\.>>/);
    const own = new PilotError('rate.limited', 'Later.', { nextStep: 'Wait.', cause: new Error('x'), untrusted: false });
    assert.equal(describeError(fromErrorDto(toErrorDto(own)), mark), 'rate.limited: Later.\nNext step: Wait.');
  });

  test('advice is worded at the end, with what it names, and unknown advice of another version is nothing', () => {
    const step = (advice: Advice): string => describeError(new PilotError('input.invalid', 'No.', { advice })).split('\n')[1] ?? '';
    assert.equal(step('statement.setNames'), 'Next step: Run SET NAMES utf8mb4 first.');
    assert.equal(step(['write.withoutSpace', '$& {0}']), 'Next step: Remove the space before the parenthesis, as in $& {0}().');
    for (const unknown of ['later.invented', 'constructor']) assert.equal(step(unknown as Advice), '');
    const error = new PilotError('input.invalid', 'No.', { advice: ['write.withoutSpace', 'now'] });
    const { data } = ErrorDtoSchema.safeParse(JSON.parse(JSON.stringify(toErrorDto(error))));
    assert.equal(describeError(fromErrorDto(data as ErrorDto)), describeError(error));
  });

  test('no message is longer than anybody reads, and none moves the cursor of a terminal', () => {
    assert.ok(described({}, 'x'.repeat(1_000_000)).length < 5000);
    assert.ok(described({ errno: 1 }, 'x'.repeat(1_000_000)).length < 5000);
    assert.match(described({}, 'A\u001b[2J\u202e\0 name'), /A␛\[2J<U\+202E>␀ name/);
  });

  test('next steps, which stand outside of the boundary, are made of our own words alone', async () => {
    const ours = new Set([
      // of the caller or its user
      'names',
      'missing.name',
      'missing.description',
      "PROMPTS.map((one) => one.name).join(', ')",
      // 'write' or 'export'
      'kind',
      // numbers
      'String(seconds)',
      "seconds === 1 ? '' : 's'",
      // a native function that the statement calls
      'name.name',
    ]);
    const files = (await readdir(path.join(ROOT, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
    const others: string[] = [];
    for (const file of files.filter((one) => /^(?:engine|server|broker)\//.test(one.replaceAll('\\', '/')))) {
      const text = await readFile(path.join(ROOT, 'src', file), 'utf8');
      for (const [, template = ''] of text.matchAll(/nextStep:\s*`([^`]*)`/g))
        for (const [, value = ''] of template.matchAll(/\$\{([^}]*)\}/g)) if (!ours.has(value)) others.push(`${file}: ${value}`);
      for (const [, values = ''] of text.matchAll(/\[\s*'[a-z]+\.[a-zA-Z]+',([^\]]*)\]/g))
        for (const value of values.split(',').map((one) => one.trim()))
          if (!/^(?:'[^']*')?$/.test(value) && !ours.has(value)) others.push(`${file}: ${value}`);
    }
    assert.deepEqual(others, []);
  });
});
