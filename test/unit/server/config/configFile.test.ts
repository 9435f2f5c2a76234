import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfigFile } from '../../../../src/server/config/configFile.ts';

suite('configuration file that is not JSON', () => {
  test('is named with the place where it is known, and nothing of its text is repeated', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'mpt-config-'));
    const file = path.join(folder, 'config.json');
    try {
      for (const [text, place] of [
        ['{"password": canary}', ' (line 1 column 14)'],
        ['{"password": "canary" "user": "a"}', ' (line 1 column 23)'],
        ['{"password": "canary', ' (line 1 column 21)'],
        ['{\n"password": "canary",\n}', ' (line 3 column 1)'],
        [Buffer.from('\uFEFF{"password": "canary"}', 'utf16le'), ''],
        [Buffer.from('{"password": "canary\u00e9"}', 'latin1'), ''],
      ] as const) {
        await writeFile(file, text);
        const problem = await readConfigFile(file).then(() => '', String);
        assert.ok(problem.includes(`config.json is not valid JSON${place}: `), problem);
        if (place === '') assert.match(problem, /: save it as UTF-8\.$/);
        assert.doesNotMatch(problem, /canary|assword/, String(text));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
