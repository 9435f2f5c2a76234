import assert from 'node:assert/strict';
import { FromFormSchema } from '../../../../src/extension/forms/formMessages.ts';

suite('what a form says', () => {
  test('holds values of any length: one that is ignored would be a button that does nothing', () => {
    for (const type of ['action', 'typed'] as const) {
      const values = { value: 'x'.repeat(5_000_000), whole: true };
      const said = type === 'action' ? { type, action: 'save', values } : { type, values };
      assert.deepEqual(FromFormSchema.parse(said), said);
    }
  });

  test('is nothing that no form says', () => {
    for (const said of [{ type: 'action', action: 'save' }, { type: 'typed', values: { a: 1 } }, { type: 'ready', more: 1 }, 'ready', null])
      assert.equal(FromFormSchema.safeParse(said).success, false, JSON.stringify(said));
  });
});
