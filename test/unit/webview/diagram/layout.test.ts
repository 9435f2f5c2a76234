import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { layOut, type Box, type Link, type PlacedBox } from '../../../../src/webview/diagram/layout.ts';

const box = (name: string, height = 80): Box => ({ name, width: 160, height });
const overlap = (a: PlacedBox, b: PlacedBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const drawing = (count: number, links: readonly (readonly [number, number])[]): { boxes: Box[]; links: Link[] } => ({
  boxes: Array.from({ length: count }, (_, i) => box(`t${String(i)}`, 40 + (i % 9) * 20)),
  links: links.map(([from, to]) => ({ from: `t${String(from % count)}`, to: `t${String(to % count)}` })),
});

suite('layout of a diagram', () => {
  test('what is referred to stands left of what refers', () => {
    const { boxes } = layOut([box('orders'), box('customers')], [{ from: 'orders', to: 'customers' }]);
    const x = (name: string): number => boxes.find((one) => one.name === name)?.x ?? NaN;
    assert.ok(x('customers') + 160 < x('orders'));
  });

  test('nothing is no size', () => {
    assert.deepEqual(layOut([], []), { boxes: [], width: 0, height: 0 });
  });

  test('every box is placed once, none over another, all inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 80 }), (count, links) => {
        const given = drawing(count, links);
        const { boxes, width, height } = layOut(given.boxes, given.links);
        assert.deepEqual(boxes.map(({ name }) => name).sort(), given.boxes.map(({ name }) => name).sort());
        for (const [i, a] of boxes.entries()) {
          assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width + 0.01 && a.y + a.height <= height + 0.01);
          for (const b of boxes.slice(i + 1)) assert.ok(!overlap(a, b), `${a.name} and ${b.name}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('300 tables around a few hubs fit a screen instead of a scroll', () => {
    const links = Array.from({ length: 450 }, (_, i): [number, number] => [i % 300, i % 2 === 0 ? i % 7 : (i * 31) % (1 + (i % 300))]);
    const given = drawing(300, links);
    const { boxes, width, height } = layOut(given.boxes, given.links);
    assert.equal(boxes.length, 300);
    const shape = width / height;
    assert.ok(shape > 0.6 && shape < 4, `${String(Math.round(width))} × ${String(Math.round(height))}`);
    assert.ok(width * height < 300 * 250 * 200 * 2, `${String(Math.round(width))} × ${String(Math.round(height))}`);
  });
});
