import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readHead, readRows } from '../../../../src/extension/csvImport/csvFile.ts';
import { checkEncoding, decoded, ENCODINGS, guessEncoding, isValid, type Encoding } from '../../../../src/extension/csvImport/encodings.ts';

/** The same text in encodings that Node only reads. */
const SAMPLES: Readonly<Partial<Record<Encoding, readonly [hex: string, text: string]>>> = {
  'windows-1252': ['4a6f73e92c8081', 'José,€\u0081'],
  'windows-1250': ['8c9f', 'Śź'],
  'windows-1251': ['cff0e8', 'При'],
  'iso-8859-2': ['a6b1', 'Śą'],
  'iso-8859-15': ['a4', '€'],
  shift_jis: ['93fa967b8cea', '日本語'],
  'euc-jp': ['c6fccbdcb8ec', '日本語'],
  'euc-kr': ['c7d1b1db', '한글'],
  gb18030: ['d6d0cec4', '中文'],
  big5: ['a4a4a4e5', '中文'],
};

suite('encodings of CSV files', () => {
  let folder: string;
  const write = async (bytes: Buffer): Promise<string> => {
    const file = path.join(folder, 'x.csv');
    await writeFile(file, bytes);
    return file;
  };
  const textOf = async (file: string, encoding: Encoding): Promise<string> => {
    let all = '';
    for await (const text of decoded(file, encoding)) all += text;
    return all;
  };
  const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-encodings-'));
  });
  suiteTeardown(() => rm(folder, { recursive: true }));

  test('each is read as what it is', async () => {
    for (const encoding of ENCODINGS) {
      const [hex, text] = SAMPLES[encoding] ?? [];
      if (hex === undefined || text === undefined) assert.match(encoding, /^utf/);
      else assert.equal(await textOf(await write(Buffer.from(hex, 'hex')), encoding), text, encoding);
    }
  });

  test('a mark, the zeros of UTF-16, and UTF-8 are known; what is neither is uncertain', async () => {
    const text = 'name,city\r\nJosé,東京 😀\r\n';
    const cases: readonly [Buffer, Encoding, boolean][] = [
      [Buffer.from(text), 'utf-8', false],
      [Buffer.from(`\ufeff${text}`), 'utf-8', false],
      [Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le', false],
      [bigEndian(`\ufeff${text}`), 'utf-16be', false],
      [Buffer.from(text, 'utf16le'), 'utf-16le', true],
      [bigEndian(text), 'utf-16be', true],
      [Buffer.from('name\nJosé\n', 'latin1'), 'windows-1252', true],
      [Buffer.concat([Buffer.alloc(200_000, 'a,b\n'), Buffer.from('é', 'latin1')]), 'windows-1252', true],
      [Buffer.alloc(0), 'utf-8', false],
      // Characters of NUL: of UTF-32, which is none of ours, or of a file that is no text.
      [Buffer.from(`\ufeff${Array.from(text).join('\0')}`, 'utf16le'), 'utf-16le', true],
      [Buffer.from('a,b\n1,\0\n'), 'utf-8', true],
    ];
    for (const [bytes, encoding, uncertain] of cases)
      assert.deepEqual(await guessEncoding(await write(bytes)), { encoding, uncertain }, `${encoding} ${String(bytes.length)}`);
  });

  test('bytes that are no text are refused with their line, and none is replaced', async () => {
    const bad = await write(Buffer.concat([Buffer.from('a,b\nx,y\n'), Buffer.from('José,z\n', 'latin1')]));
    await assert.rejects(readHead(bad, ',', 'utf-8'), /aren't valid utf-8/);
    assert.deepEqual((await readHead(bad, ',', 'windows-1252'))[2], ['José', 'z']);
    assert.equal(await isValid(bad, 'utf-8'), false);
    assert.equal(await isValid(await write(Buffer.from([0x93])), 'shift_jis'), false);
    assert.equal(await isValid(await write(Buffer.from([0x61, 0x00, 0x00, 0xd8])), 'utf-16le'), false);
    const rows = readRows(bad, { delimiter: ',', header: true, emptyIsNull: true }, [0], 2);
    await assert.rejects(async () => {
      while ((await rows.next()).done !== true);
    }, /aren't valid utf-8/);
  });

  test('names the line of such bytes whatever ends the lines, also between two pieces', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const line = `1,x${end}`;
      const file = await write(Buffer.concat([Buffer.from(line.repeat(100_000)), Buffer.from([0xe9]), Buffer.from(end)]));
      await assert.rejects(checkEncoding(file, 'utf-8'), (error: Error) => {
        const [, number] = /in line (\d+) or shortly after/.exec(error.message) ?? [];
        const read = Math.floor((100_000 * line.length) / 65_536) * 65_536;
        assert.ok(Math.abs(Number(number) - read / line.length) < 2, `${JSON.stringify(end)}: ${error.message}`);
        return true;
      });
    }
  });

  test('characters stay whole where the file is read in pieces', async () => {
    const text = `${'x'.repeat(65_533)}${'é日😀'.repeat(50_000)}`;
    assert.equal(await textOf(await write(Buffer.from(text)), 'utf-8'), text);
    assert.equal(await textOf(await write(Buffer.from(`x${text}`, 'utf16le')), 'utf-16le'), `x${text}`);
    assert.equal(await textOf(await write(bigEndian(text)), 'utf-16be'), text);
  });
});
