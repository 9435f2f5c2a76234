import assert from 'node:assert/strict';
import { statementTemplate, TEMPLATES, type TemplateColumn } from '../../../../src/engine/sql/templates.ts';
import { tokenizeForAny } from '../../../../src/engine/sql/lexer/interpretations.ts';

const column = (name: string, more: Partial<TemplateColumn> = {}): TemplateColumn => ({
  name,
  type: 'int',
  key: undefined,
  extra: '',
  ...more,
});
const COLUMNS = [
  column('id', { key: 'primary', extra: 'auto_increment' }),
  column('a`b', { type: 'varchar(10)' }),
  column('sum', { extra: 'VIRTUAL GENERATED' }),
];

suite('statements to begin with', () => {
  test('the texts of an ENUM stay in the comment', () => {
    for (const text of ['*/ ; DROP TABLE t; /*', '/*!50000 ; DROP TABLE t */', '**//', 'a\n; DROP TABLE t']) {
      const columns = [column('id', { key: 'primary' }), column('e', { type: `enum('${text}')` })];
      for (const template of TEMPLATES) {
        const tokens = tokenizeForAny(statementTemplate(template, 't', columns), {});
        assert.ok(!tokens.some((token) => token.text.toUpperCase() === 'DROP'), `${template}: ${text}`);
      }
    }
  });

  test('each names what can be given, and the key in WHERE', () => {
    assert.deepEqual(
      TEMPLATES.map((template) => statementTemplate(template, 'my table', COLUMNS)),
      [
        'SELECT `id`, `a``b`, `sum`\nFROM `my table`\nLIMIT 100;\n',
        'INSERT INTO `my table` (`a``b`)\nVALUES (DEFAULT /* varchar(10) */);\n',
        'UPDATE `my table`\nSET\n  `a``b` = DEFAULT /* varchar(10) */\nWHERE `id` = NULL /* int */;\n',
        'DELETE FROM `my table`\nWHERE `id` = NULL /* int */;\n',
      ],
    );
  });

  test('without a primary key the first column stands in WHERE, so that nothing is meant as a whole by mistake', () => {
    assert.match(statementTemplate('delete', 't', [column('x'), column('y')]), /WHERE `x` = NULL/);
    for (const template of TEMPLATES) assert.ok(tokenizeForAny(statementTemplate(template, 't', COLUMNS), {}).length > 3);
  });
});
