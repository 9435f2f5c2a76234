import assert from 'node:assert/strict';
import { completionContext } from '../../../../src/engine/sql/completionContext.ts';
import { NEWEST_DIALECTS } from '../../../../src/engine/sql/lexer/dialect.ts';
import { ParseError } from '../../../../src/engine/sql/lexer/parseError.ts';
import { tokenize, type Token } from '../../../../src/engine/sql/lexer/tokens.ts';
import { splitScript } from '../../../../src/engine/sql/script.ts';
import { readCorpus } from '../../../security/corpus.ts';

const TEXTS = new Set(['string', 'nationalString']);

suite('the splitter, completion and the guard', () => {
  for (const dialect of NEWEST_DIALECTS)
    test(`take the same characters for texts, names and words (${dialect.flavor})`, () => {
      let compared = 0;
      for (const { sql } of [...readCorpus('honest'), ...readCorpus('hostile')]) {
        if (sql.startsWith('\uFEFF') || sql.length > 1000) continue; // of a file the mark is none of the first word; each token is asked for by itself
        let tokens: readonly Token[];
        try {
          ({ tokens } = tokenize(sql, dialect));
        } catch (error) {
          assert.ok(error instanceof ParseError);
          continue; // the guard refuses it, and nothing else is asked
        }
        const cuts = splitScript(sql, dialect).flatMap(({ start, end }) => [start, end]);
        for (const { kind, start, end } of tokens) {
          const cut = cuts.find((at) => start < at && at < end);
          assert.equal(cut, undefined, `${sql}\nis cut within ${sql.slice(start, end)}`);
          if (end - start > 200 || end - start < 2) continue;
          if (TEXTS.has(kind))
            assert.equal(completionContext(sql, end - 1, dialect).place, 'nothing', `${sql}\n${sql.slice(start, end)} is a text`);
          if (kind === 'word')
            assert.notEqual(completionContext(sql, end, dialect).place, 'nothing', `${sql}\n${sql.slice(start, end)} is a word`);
          compared++;
        }
      }
      assert.ok(compared > 5000, String(compared));
    });
});
