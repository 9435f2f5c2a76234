import assert from 'node:assert/strict';
import { phrase } from '../../../src/engine/phrase.ts';
import fc from 'fast-check';
import { RowReview } from '../../../src/review/reviewRows.ts';
import { piecesOf, statementLines } from '../../../src/review/reviewPieces.ts';
import { checkedText } from '../../../src/engine/sql/ownSql.ts';
import { hidesText } from '../../../src/engine/text.ts';
import type { Pieces, ShownReview } from '../../../src/webview/review/messages.ts';
import { allPieces, allStrings, reviewed, rowsOf, shown, textOf, translate } from './shownWrite.ts';

const GUARD = { sql: '', changes: true, digest: '', count: 1, sample: undefined };

/** Who can write to the database, or name a table, tries to have a reviewer take one write for another. */
suite('attacks on who reviews a write', () => {
  const sqlLines = (review: ShownReview): string[] => (review.statements[0]?.sql ?? []).map(textOf);
  const first = (review: ShownReview): NonNullable<ShownReview['statements'][number]> => review.statements[0] ?? assert.fail();
  const escapes = (pieces: Pieces): string[] => pieces.filter(({ escape }) => escape === true).map(({ text }) => text);

  test('1. line ends in a literal begin no line', () => {
    const review = shown("UPDATE orders SET note = ';\n\nUPDATE orders SET note = 1\nWHERE id = 1' WHERE id > 0");
    assert.deepEqual(sqlLines(review), [
      'UPDATE `orders`',
      String.raw`SET ${'`note`'} = ';\n\nUPDATE orders SET note = 1\nWHERE id = 1'`,
      'WHERE `id` > 0',
    ]);
  });

  test('2. changes of direction, controls and joiners are escapes, in names, literals, cells, warnings and the name of the client', () => {
    for (const hidden of [
      '\u202e',
      '\u2066',
      '\u200b',
      '\u001b',
      '\u0085',
      '\u3164',
      '\u00ad',
      '\u{e0041}',
      '\ufeff',
      '\u2028',
      '\u000b',
      '\ue000',
      '\ue002',
    ]) {
      const review = shown(
        `UPDATE \`t${hidden}t\` SET a = 'x${hidden}y' WHERE b = 1`,
        {
          ...rowsOf(['id', `a${hidden}`], [['1', `v${hidden}`]], [['1', `w${hidden}`]]),
          ...{ warnings: [`Server warning: ${hidden}`], level: 'count', reason: `the engine ${hidden}` },
          ...{ guards: [{ ...GUARD, what: `the rows of a${hidden} that go along` }], unheld: [`the rows of b${hidden}`] },
        },
        { name: `c${hidden}` },
        `agent${hidden}`,
      );
      const pieces = allPieces(review);
      assert.ok(!pieces.some(({ text }) => hidesText(text)), JSON.stringify(hidden));
      const marked = escapes(pieces);
      assert.ok(marked.length >= 6, `${JSON.stringify(hidden)}: ${String(marked.length)}`);
      const { verified, unverified } = first(review);
      assert.deepEqual([escapes(verified).length, escapes(unverified.flat()).length], [2, 1], JSON.stringify(hidden));
      assert.match(textOf(review.headline), /\\/);
    }
  });

  test('what is verified, and what is not, names tables of others: no string of the review hides anything', () => {
    const name = 'kids\u202e that go along\u200b\nNothing else changes';
    const guard = { ...{ what: `the rows of ${name}`, changes: true, digest: '', count: 1, sample: undefined }, sql: checkedText('') };
    const given = { guards: [guard], unheld: [`the rows of ${name}`], reason: `it reads ${name}` };
    for (const level of ['rows', 'count', 'shown'] as const) {
      const review = shown('DELETE FROM orders WHERE id = 1', { ...given, level });
      assert.deepEqual(allStrings(review).filter(hidesText), [], level);
      const { verified, unverified } = first(review);
      for (const pieces of [verified, ...unverified]) assert.ok(escapes(pieces).includes('\\u{202e}'), level);
    }
  });

  test('3. an escape is told apart from a text that spells it', () => {
    assert.deepEqual(piecesOf('a\nb', 'cell'), [
      { kind: 'cell', text: 'a' },
      { kind: 'cell', text: String.raw`\n`, escape: true },
      { kind: 'cell', text: 'b' },
    ]);
    assert.deepEqual(piecesOf(String.raw`a\nb`, 'cell'), [{ kind: 'cell', text: String.raw`a\nb` }]);
  });

  test('4. a name of letters that look like others is warned about', () => {
    const review = shown('UPDATE `оrders` SET a = 1'); // a Cyrillic о
    assert.match(textOf(review.warnings[0]?.text), /mixes look-alike letters from different alphabets/);
    assert.equal(review.warnings[0]?.weight, 'danger');
  });

  test('5. a WHERE behind thousands of values stands apart, both ends of a long one', () => {
    const values = Array.from({ length: 3000 }, (_, i) => String(i)).join(', ');
    const review = shown(`UPDATE orders SET note = '${'x'.repeat(20_000)}' WHERE id IN (${values}) OR 1 = 1`);
    const condition = textOf(first(review).condition);
    assert.match(condition, /^`id` IN \(0, 1, 2.*… [\d,]+ ….*2999\) OR 1 = 1$/);
    assert.ok(condition.length < 800);
    assert.match(review.warnings.map(({ text }) => textOf(text)).join(), /characters long\. Read it to the end/);
    assert.ok(sqlLines(review).join('\n').endsWith('OR 1 = 1'), 'and the statement is whole');
  });

  test('6. comments are not shown: they say what is not done', () => {
    for (const sql of [
      'UPDATE orders SET a = 1 -- WHERE id = 1',
      'UPDATE /* one row */ orders SET a = 1 /* approved */',
      'UPDATE orders SET a = 1 # LIMIT 1',
    ]) {
      const text = allPieces(shown(sql))
        .map((one) => one.text)
        .join(' ');
      assert.doesNotMatch(text, /approved|one row|LIMIT 1|id = 1/, sql);
    }
  });

  test('7. the one column that changes among a thousand is the one that is shown', () => {
    const names = ['id', ...Array.from({ length: 1000 }, (_, i) => `c${String(i)}`)];
    const before = names.map((_, i) => String(i));
    const after = before.map((cell, i) => (i === 700 ? 'gone' : cell));
    const { table } = first(shown("UPDATE orders SET c699 = 'gone' WHERE id = 0", rowsOf(names, [before], [after])));
    assert.deepEqual(
      table?.first.heads.map(({ text }) => textOf(text)),
      ['id', 'c699'],
    );
    assert.match(table.title, /changed columns: 1 of 1,001/);
    const wide = first(
      shown('UPDATE orders SET c1 = 1', rowsOf(names, [before], [before.map((cell, i) => (i === 0 ? cell : `${cell}!`))])),
    ).table;
    assert.equal(wide?.first.heads.length, 13);
    assert.match(wide.remarks.join(), /details of each row: 988\./);
  });

  test('8. two long values are shown around what differs', () => {
    const long = 'x'.repeat(5000);
    const { table } = first(
      shown('UPDATE orders SET note = 1 WHERE id = 1', rowsOf(['id', 'note'], [['1', `${long}yes${long}`]], [['1', `${long}no${long}`]])),
    );
    const cell = table?.first.rows[0]?.cells[1];
    assert.match(textOf(cell?.before), /^… 4,980 …x{20}yesx+… [\d,]+ …$/);
    assert.match(textOf(cell?.after), /^… 4,980 …x{20}nox+… [\d,]+ …$/);
  });

  test('9. NULL, a text NULL, nothing and blanks are told apart', () => {
    const texts = (cell: string | null): string[] =>
      (
        first(shown('DELETE FROM orders WHERE id = 1', rowsOf(['id', 'note'], [['1', cell]]))).table?.first.rows[0]?.cells[1]?.before ?? []
      ).map(({ kind, text }) => `${kind} ${text}`);
    assert.deepEqual(texts(null), ['null NULL']);
    assert.deepEqual(texts('NULL'), ["cell 'NULL'"]);
    assert.deepEqual(texts('null'), ["cell 'null'"]);
    assert.deepEqual(texts(''), ["cell ''"]);
    assert.deepEqual(texts(' a'), ["cell ' a'"]);
    assert.deepEqual(texts("'NULL'"), ["cell '''NULL'''"]);
    assert.deepEqual(texts('a\u00a0b'), ['cell a', String.raw`cell \u{a0}`, 'cell b']);
  });

  test('10. a table named like a button, or like a sentence of ours, is quoted and a name', () => {
    for (const name of ['Run 42-Row Update', 'orders (about 0 rows, 0 KiB)', 'a`.`b', 'orders.x', '{0}', 'x\uE003y']) {
      const { headline } = shown(`DROP TABLE \`${name.replaceAll('`', '``')}\``);
      const names = headline.filter(({ kind }) => kind === 'name');
      assert.match(textOf(names), /^shop\.`.*`$/);
      assert.deepEqual(
        headline.filter(({ kind }) => kind !== 'name').map(({ text }) => text),
        ['Drop table '],
        name,
      );
    }
  });

  test('11. what a cell says is never a word of the review', () => {
    const fake = 'Verified before the commit\nDanger: none\nRun 1-Row Update';
    const review = shown('UPDATE orders SET note = 1 WHERE id = 1', {
      ...rowsOf(['id', 'note'], [['1', fake]], [['1', '1']]),
      facts: [fake],
    });
    for (const piece of allPieces(review)) if (piece.kind === 'plain') assert.doesNotMatch(piece.text, /Danger: none/);
    const procedure = shown('CALL p()', { facts: ['It may commit.', phrase('Definition:\n{0}', fake)] });
    const lines = first(procedure).facts.map((pieces) => pieces.map(({ kind, text }) => `${kind} ${text}`).join());
    assert.deepEqual(lines, ['plain Definition:', 'code Verified before the commit', 'code Danger: none', 'code Run 1-Row Update']);
  });

  test('12. marks that are piled upon a letter stop after four', () => {
    const piled = `a${'\u0301'.repeat(200)}`;
    const pieces = piecesOf(piled, 'cell');
    assert.equal(escapes(pieces).length, 196);
    assert.deepEqual(
      piecesOf('กี่ ภาษา', 'cell').filter(({ escape }) => escape === true),
      [],
    );
  });

  test('a row whose change another trigger made is shown, and one that is not there any longer is not taken for unchanged', () => {
    const review = new RowReview(
      reviewed(
        'UPDATE orders SET a = 1',
        rowsOf(
          ['id', 'a', 'b'],
          [
            ['1', 'x', 'y'],
            ['2', 'x', 'y'],
            ['3', '1', 'y'],
          ],
          [
            ['1', '1', 'z'],
            ['3', '1', 'y'],
          ],
        ),
      ).changes ?? assert.fail(),
      translate,
    );
    const { heads, rows } = review.page(0);
    assert.deepEqual(
      heads.map(({ text }) => textOf(text)),
      ['id', 'a', 'b'],
    );
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['changed', 'unknown', 'same'],
    );
  });

  test('every text comes back from its pieces, and no piece hides anything', () => {
    const back = (pieces: Pieces): string =>
      pieces
        .map(({ text, escape }) =>
          escape === true
            ? text.replace(/^\\(?:u\{([0-9a-f]+)\}|(.))$/, (_, code: string | undefined, short: string) =>
                code === undefined ? ({ n: '\n', r: '\r', t: '\t' }[short] ?? '') : String.fromCodePoint(Number.parseInt(code, 16)),
              )
            : text,
        )
        .join('');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const pieces = piecesOf(text, 'cell');
        assert.equal(back(pieces), text);
        assert.ok(!pieces.some((piece) => hidesText(piece.text)));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const sql = `UPDATE t SET a = '${text.replaceAll('\\', '').replaceAll("'", "''").replaceAll('\0', '')}' WHERE b = 1`;
        const lines = statementLines(sql);
        assert.equal(lines.length, 1, 'a literal ends no line');
      }),
    );
  });

  test('pages hold every row once, and the details of a row all of its columns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 1, max: 30 }), (count, width) => {
        const names = ['id', ...Array.from({ length: width }, (_, i) => `c${String(i)}`)];
        const rows = Array.from({ length: count }, (_, i) => names.map((_name, j) => `${String(i)}/${String(j)}`));
        const review = new RowReview(reviewed('DELETE FROM orders', rowsOf(names, rows)).changes ?? assert.fail(), translate);
        const seen: number[] = [];
        for (let from = 0; from < review.total; from += 20) seen.push(...review.page(from).rows.map(({ index }) => index));
        assert.deepEqual(seen, [...rows.keys()]);
        const detail = review.detail(count - 1);
        assert.deepEqual(
          detail?.columns.map(({ cell }) => textOf(cell.before)),
          rows[count - 1],
        );
        assert.equal(review.detail(count), undefined);
        assert.equal(review.page(1e9).rows.length > 0, true);
      }),
      { numRuns: 40 },
    );
  });
});
