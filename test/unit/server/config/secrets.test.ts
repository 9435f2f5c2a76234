import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSecret } from '../../../../src/server/config/secrets.ts';

suite('secrets in files', () => {
  let folder: string;
  const read = async (bytes: Buffer | string): Promise<string> => {
    const file = path.join(folder, 'secret');
    await writeFile(file, bytes);
    return readSecret(`\${file:${file}}`, 'The password');
  };

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-secrets-'));
  });
  suiteTeardown(() => rm(folder, { recursive: true }));

  test('leaves out the byte order mark of Windows editors and one line end, and nothing else', async () => {
    for (const text of ['pässwörd', '\ufeffpässwörd', 'pässwörd\n', '\ufeffpässwörd\r\n']) assert.equal(await read(text), 'pässwörd');
    assert.equal(await read(' a \n\n'), ' a \n');
  });

  test('refuses a file that is not UTF-8', async () => {
    const utf16 = Buffer.from('\ufeffhunter2', 'utf16le');
    for (const bytes of [Buffer.from('pässwörd', 'latin1'), utf16, Buffer.from(utf16).swap16()])
      await assert.rejects(read(bytes), (error: Error) => {
        assert.match(error.message, /^The password is read from the file .*secret, which isn't UTF-8 text\.$/);
        return true;
      });
  });
});
