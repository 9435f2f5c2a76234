import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inEnglish, phrase, rowsPhrase } from '../../../../src/engine/phrase.ts';
import { ROOT } from '../../../harness/root.ts';
import { shown, textOf, translate } from '../../review/shownWrite.ts';

const KOREAN = JSON.parse(readFileSync(path.join(ROOT, 'l10n/bundle.l10n.ko.json'), 'utf8')) as Readonly<Record<string, string>>;
const korean: typeof translate = (text, ...values) => translate(KOREAN[text] ?? text, ...values);

suite('a review in Korean', () => {
  test('the engine’s reasons, warnings and details are Korean, and names and the server’s own text stay as they are', () => {
    const touched = {
      tables: ['orders', 'order_items'].map((name) => ({
        ...{ database: 'shop', name, engine: 'InnoDB', isSequence: false, rows: 1, bytes: 0, events: [] },
        because: phrase('the foreign key {0}', 'fk_items'),
      })),
      ...{ triggers: [], keys: [], reads: [], checks: [], unknown: undefined },
      lasting: phrase('{0} uses the storage engine {1}', 'log', 'MyISAM'),
    };
    const review = shown(
      'DELETE FROM orders',
      {
        ...{ level: 'shown', reason: phrase('the statement joins tables, so a row may be counted more than once'), touched },
        dangers: [phrase('There is no WHERE clause: every row is affected.')],
        warnings: [phrase('Server warning: {0} ({1}).', 'Data truncated for {0}', '1265')],
        advice: [phrase('Full scan of {0}: about {1}, {2}.', 'orders', rowsPhrase(1200), phrase('no index fits the conditions'))],
        unheld: [phrase('what the triggers change')],
      },
      {},
      'agent',
      korean,
    );
    assert.deepEqual(
      review.warnings.map(({ text }) => textOf(text)),
      [
        'WHERE 절이 없어 모든 행이 영향을 받습니다.',
        'ROLLBACK으로 모든 변경을 되돌리지 못할 수 있습니다: log이(가) 스토리지 엔진 MyISAM을(를) 사용함.',
        '커밋 전에 확인하지 않음: 문이 테이블을 조인하므로 한 행을 여러 번 셀 수 있음. 다른 행이 영향을 받을 수 있습니다.',
        '서버 경고: Data truncated for {0}(1265).',
        'orders 전체 스캔: 약 1,200개 행, 조건에 맞는 인덱스가 없음.',
      ],
    );
    const [statement] = review.statements;
    assert.equal(textOf(statement?.unverified[0]), '확인하지 않음: 트리거가 변경하는 내용.');
    assert.equal(textOf(statement?.reaches[0]), 'shop.order_items: 약 1개 행, 외래 키 fk_items이(가) 변경');
  });

  test('a value with a placeholder in it is not filled in again in English', () => {
    assert.equal(inEnglish(phrase('{0} isn’t {1}', '{1}', rowsPhrase(1))), '{1} isn’t 1 row');
  });
});
