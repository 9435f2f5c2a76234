import assert from 'node:assert/strict';
import { mermaid } from '../../../../src/engine/schema/mermaid.ts';

const relation = {
  from: 'orders',
  columns: ['customer_id'],
  to: 'customers',
  toColumns: ['id'],
  evidence: 'orders_ibfk_1',
  declared: true,
};

suite('diagrams as Mermaid text', () => {
  test('declared relations are lines, inferred ones dotted', () => {
    assert.equal(mermaid([relation]), 'erDiagram\n  "customers" ||--o{ "orders" : "customer_id"');
    assert.equal(mermaid([{ ...relation, declared: false }]), 'erDiagram\n  "customers" ||..o{ "orders" : "customer_id"');
  });

  test('tables have columns with keys; what is no word for Mermaid becomes one', () => {
    const tables = [
      {
        name: 'orders',
        primaryKey: ['id'],
        columns: [
          { name: 'id', type: 'int unsigned' },
          { name: 'customer_id', type: 'int' },
          { name: '2nd line', type: "enum('a','b')" },
        ],
      },
      { name: 'say "hi"', primaryKey: [], columns: [] },
    ];
    assert.deepEqual(mermaid([relation], tables).split('\n'), [
      'erDiagram',
      '  "orders" {',
      '    int_unsigned id PK',
      '    int customer_id FK',
      '    enum x2nd_line',
      '  }',
      `  "say 'hi'" {`,
      '  }',
      '  "customers" ||--o{ "orders" : "customer_id"',
    ]);
  });

  test('a name is no directive, no element and no line of its own', () => {
    for (const name of [
      "%%{init: {'securityLevel': 'loose'}}%%",
      '<img src=x onerror=alert(1)>',
      'a\n%% b',
      '`**x**`',
      'a"b',
      '\u202Etxt',
      '%%%%{',
    ]) {
      const text = mermaid([{ ...relation, from: name }], [{ name, primaryKey: [], columns: [{ name, type: name }] }]);
      assert.doesNotMatch(text, /%%|%\{|[<>`\u202E]/, name);
      assert.equal(text.split('\n').length, 5, name);
      assert.equal(text.split('"').length, 9, name);
    }
  });
});
