import assert from 'node:assert/strict';
import { getDecoder, getEncoder } from '../../../../src/engine/driver/textDecoders.ts';

const decode = (encoding: string, hex: string): string => {
  const decoder = getDecoder(encoding);
  return decoder.write(Buffer.from(hex, 'hex')) + decoder.end();
};

suite('texts in other character sets than ours', () => {
  for (const [encoding, hex, text] of [
    ['latin2', 'a1', 'Ą'],
    ['cp1251', 'cff0e8', 'При'],
    ['koi8r', 'f0d2c9', 'При'],
    ['koi8u', 'a4', 'є'],
    ['greek', 'e1', 'α'],
    ['tis620', 'a1', 'ก'],
    ['latin7', 'c0', 'Ą'],
    ['macroman', '8a', 'ä'],
    ['sjis', '93fa', '日'],
    ['cp932', '93fa', '日'],
    ['eucjp', 'c6fc', '日'],
    ['eucjpms', 'c6fc', '日'],
    ['euckr', 'c7d1', '한'],
    ['gbk', 'd6d0', '中'],
    ['gb18030', 'd6d0', '中'],
    ['big5', 'a4a4', '中'],
    ['ucs2', '00e4', 'ä'],
    ['utf16', 'd83dde00', '😀'],
  ] as const) {
    test(`${encoding} is read`, () => {
      assert.equal(decode(encoding, hex), text);
    });
  }

  test('a character that comes in two parts is whole', () => {
    const decoder = getDecoder('sjis');
    assert.equal(decoder.write(Buffer.from([0x93])) + decoder.write(Buffer.from([0xfa])) + decoder.end(), '日');
  });

  test('of a character set that Node does not know plain letters are right, and nothing fails', () => {
    assert.equal(decode('cp850', Buffer.from('total').toString('hex')), 'total');
  });

  test('nothing is sent in another one', () => {
    assert.throws(() => getEncoder('gbk'), /UTF-8/);
  });
});
