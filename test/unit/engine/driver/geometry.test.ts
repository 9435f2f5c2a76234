import assert from 'node:assert/strict';
import fc from 'fast-check';
import { geometryText } from '../../../../src/engine/driver/geometry.ts';
import { propertyRuns } from '../../../harness/depth.ts';

/** What servers show is compared in `test/integration/engine/types.test.ts`. */
suite('geometry', () => {
  test('a point in either byte order', () => {
    const little = Buffer.from('00000000' + '0101000000' + '000000000000F03F' + '0000000000000040', 'hex');
    const big = Buffer.from('00000000' + '0000000001' + '3FF0000000000000' + '4000000000000000', 'hex');
    assert.deepEqual([geometryText(little, 'mysql'), geometryText(big, 'mysql')], ['POINT(1 2)', 'POINT(1 2)']);
  });

  test('latitude stands first where MySQL shows it so', () => {
    const point = Buffer.from('E6100000' + '0101000000' + '0000000000003440' + '0000000000002440', 'hex');
    assert.deepEqual([geometryText(point, 'mysql'), geometryText(point, 'mariadb')], ['SRID=4326;POINT(10 20)', 'SRID=4326;POINT(20 10)']);
  });

  test('bytes that are no geometry are told as such, and nothing is thrown (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = geometryText(Buffer.from(bytes), 'mysql');
        assert.ok(text === undefined || /^(?:SRID=\d+;)?[A-Z]+[ (]/.test(text));
      }),
      { numRuns: propertyRuns(2000) },
    );
  });
});
