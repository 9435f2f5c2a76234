import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { full } from '../../../harness/depth.ts';
import { guessDelimiter, MAX_COLUMNS, readHead, readRows, type CsvForm } from '../../../../src/extension/csvImport/csvFile.ts';
import { fillableColumns, leftOutOf, namesColumns, proposeMapping } from '../../../../src/extension/csvImport/mapping.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import type { ImportRow } from '../../../../src/engine/writes/rowImport.ts';

suite('CSV files', () => {
  let folder: string;
  const usual: CsvForm = { delimiter: ',', header: true, emptyIsNull: true };
  const write = async (text: string): Promise<string> => {
    const file = path.join(folder, 'x.csv');
    await writeFile(file, text);
    return file;
  };
  const rows = async (text: string, form: Partial<CsvForm> = {}, wanted = [0, 1], width = 2): Promise<ImportRow[]> => {
    const all: ImportRow[] = [];
    for await (const row of readRows(await write(text), { ...usual, ...form }, wanted, width)) all.push(row);
    return all;
  };

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-csv-'));
  });
  suiteTeardown(() => rm(folder, { recursive: true }));

  test('quotes, delimiters and line ends inside of cells; each row knows its line', async () => {
    assert.deepEqual(
      (await rows('\uFEFFid,name\r\n1,"a\nb"\r\n2,"say ""hi"", you"\n\n3,plain')).map(({ line, values }) => [line, ...values]),
      [
        [2, '1', 'a\nb'],
        [4, '2', 'say "hi", you'],
        [5, '3', 'plain'],
      ],
    );
  });

  test('an empty cell is NULL, one with quotes is an empty text; or both are a text', async () => {
    assert.deepEqual((await rows('a,b\n,""\n'))[0]?.values, [null, '']);
    assert.deepEqual((await rows('a,b\n,""\n', { emptyIsNull: false }))[0]?.values, ['', '']);
  });

  test('columns in any order, without a header, with too few or too many cells', async () => {
    const read = await rows('1;2\n3\n4;5;6\n', { delimiter: ';', header: false }, [1, 0]);
    assert.deepEqual(
      read.map(({ line, values, problem }) => [line, ...values, problem]),
      [
        [1, '2', '1', undefined],
        [2, null, '3', 'It has 1 cells and not 2.'],
        [3, '5', '4', 'It has 3 cells and not 2.'],
      ],
    );
  });

  test('the delimiter is guessed from the first line, and the beginning is shown', async () => {
    for (const [delimiter, name] of [',;', ';,', '\t;', '|,'].map((pair) => [pair[0] ?? '', pair[1] ?? ''] as const)) {
      const file = await write(`a${delimiter}b${name}x${delimiter}c\n1${delimiter}2${delimiter}3\n`);
      assert.equal(await guessDelimiter(file), delimiter);
      assert.deepEqual(await readHead(file, delimiter), [
        ['a', `b${name}x`, 'c'],
        ['1', '2', '3'],
      ]);
    }
    const long = `a,b\n${'x,y\n'.repeat(50_000)}`;
    assert.equal((await readHead(await write(long), ',')).length, 6);
    assert.deepEqual(await readHead(await write(''), ','), []);
  });

  test('a first cell of any length with line ends is read whole, and shown cut', async () => {
    const long = 'x\r\n'.repeat(40_000);
    const file = await write(`"${long}";b\r\n1;2\r\n`);
    assert.equal(await guessDelimiter(file), ';');
    assert.deepEqual(await readHead(file, ';'), [
      [`${long.slice(0, 300)}…`, 'b'],
      ['1', '2'],
    ]);
    await assert.rejects(readHead(await write('a,b\n"1,2\n3,4\n'), ','), /Row 2 of the file has a quoted cell/);
  });

  test('the delimiter is guessed outside of quotes', async () => {
    for (const [text, delimiter] of [
      ['"a,b";c\n', ';'],
      ['"a ""x"", y, z";c;"d,e,f"\n1,2,3,4\n', ';'],
      ['\r\n\r\n"a;b;c"\t"d"\r\n', '\t'],
      ['it\'s "5,5,5"|b\n', ','],
      ['"a\n,,,"|b\n', '|'],
    ] as const)
      assert.equal(await guessDelimiter(await write(text)), delimiter, JSON.stringify(text));
  });

  test('an empty line is a NULL where a row has one cell, and nothing elsewhere', async () => {
    assert.deepEqual(
      (await rows('a\r\n\r\nx\r\n""\r\n\r\n', {}, [0], 1)).map(({ line, values }) => [line, ...values]),
      [
        [2, null],
        [3, 'x'],
        [4, ''],
        [5, null],
      ],
    );
    assert.deepEqual((await rows('a,b\n\n1,2\n\n')).length, 1);
  });

  test('formulas that were protected are as they were, and only they', async () => {
    const cells = ["'=1+1", "''=1", "'text", "'+49", "'"];
    const text = `a,b\n${cells.map((cell) => `${cell},x\n`).join('')}`;
    assert.deepEqual(
      (await rows(text, { escapedFormulas: true })).map(({ values }) => values[0]),
      ['=1+1', "'=1", "'text", '+49', "'"],
    );
    assert.deepEqual(
      (await rows(text)).map(({ values }) => values[0]),
      cells,
    );
  });

  test('what the form draws is bounded: no more columns than a table may have, and long cells cut', async () => {
    const wide = await readHead(await write(`${','.repeat(1_000_000)}\n`), ',');
    assert.equal(wide[0]?.length, MAX_COLUMNS + 1); // one more, so that it is told
    const [long] = await readHead(await write(`id,${'x'.repeat(1_000_000)}\n1,2\n`), ',');
    assert.equal(long?.[1]?.length, 301);
  });

  const refusal = (step: Promise<unknown>): Promise<string> =>
    step.then(
      () => assert.fail('the file is read'),
      (error: unknown) => {
        assert.ok(isPilotError(error, 'input.invalid'), String(error));
        assert.match(error.nextStep ?? '', /every opening quote has a closing quote/);
        return error.message;
      },
    );

  test('a quote that nothing closes is told with its row, and not as the words of the parser', async () => {
    const open = 'a,b\n1,2\n3,"4\n5,6\n';
    assert.equal(await refusal(rows(open)), 'Row 3 of the file has a quoted cell without a closing quote.');
    assert.equal(
      await refusal(write(open).then((file) => readHead(file, ','))),
      'Row 3 of the file has a quoted cell without a closing quote.',
    );
  });

  full(
    test('a row without an end is refused before it fills the memory', async () => {
      const file = await write('a,b\n1,2\n');
      const piece = Buffer.alloc(1024 * 1024, 'x');
      for (let i = 0; i < 140; i++) await appendFile(file, piece);
      const before = process.memoryUsage().rss;
      assert.match(await refusal(readHead(file, ',')), /^Row 3 of the file is larger than 128 MiB, the limit for imports\.$/);
      assert.ok(process.memoryUsage().rss - before < 1_000_000_000, 'memory');
    }).timeout(120_000),
  );

  test('columns go to those of the same name, else by their order', () => {
    const columns = ['id', 'full_name', 'note'].map((name) => ({ name, type: 'text' }));
    assert.deepEqual(proposeMapping(columns, ['Full Name', 'ID', 'other'], true), ['1', '0', '']);
    assert.deepEqual(proposeMapping(columns, ['x', 'y'], true), ['0', '1', '']);
    assert.deepEqual(proposeMapping(columns, ['id', 'note'], false), ['0', '1', '']);
  });

  test('the nearest name wins, and no place of the file goes to two columns', () => {
    const columns = ['ab', 'a_b', 'A-B'].map((name) => ({ name, type: 'int' }));
    assert.deepEqual(proposeMapping(columns, ['a_b', 'ab', 'a b'], true), ['1', '0', '2']);
    assert.deepEqual(proposeMapping(columns, ['A_B'], true), ['', '0', '']);
    assert.deepEqual(proposeMapping([{ name: 'id', type: 'int' }], ['id', 'id'], true), ['0']);
  });

  test('names the columns of the file that go nowhere', () => {
    assert.deepEqual(leftOutOf(['id', 'id', '', 'note'], true, new Set([0])), ['id', '3', 'note']);
    assert.deepEqual(leftOutOf(['1', 'x'], false, new Set([1])), ['1']);
    assert.deepEqual(leftOutOf(['id'], true, new Set([0])), []);
  });

  test('knows a first line that names no column', () => {
    const columns = [{ name: 'first_name', type: 'text' }];
    assert.ok(namesColumns(columns, ['x', 'First Name']));
    assert.ok(!namesColumns(columns, ['1', 'Ada']));
  });

  test('generated columns can not be filled, and those with such words in a default can', () => {
    const types = [
      "varchar(20) =('x AS (y)')",
      "enum('AS (','b')",
      "varchar(9) ='GENERATED ALWAYS'",
      'int AS (`a` + 1) VIRTUAL',
      'timestamp(6) GENERATED ALWAYS AS ROW START',
    ];
    const columns = types.map((type, i) => ({ name: String(i), type, comment: '' }));
    assert.deepEqual(
      fillableColumns({ columns }).map(({ name }) => name),
      ['0', '1', '2'],
    );
  });
});
