import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ReviewGate } from '../../../src/review/reviewGate.ts';

const READING = 2000;
const gate = (options: { hasWarnings?: boolean; typed?: string } = {}): ReviewGate =>
  new ReviewGate({ readingMs: READING, hasWarnings: options.hasWarnings ?? false, typed: options.typed });

suite('what happens before a review is approved', () => {
  test('it is in sight for as long as its headline takes to read, in one stretch or in several', () => {
    const one = gate();
    assert.ok(!one.allows('', 10_000), 'never in sight');
    one.inSight(0);
    assert.ok(!one.allows('', 1999));
    assert.ok(one.allows('', 2000));
    const several = gate();
    several.inSight(0);
    several.outOfSight(1500);
    several.inSight(50_000);
    assert.ok(!several.allows('', 50_499));
    assert.ok(several.allows('', 50_500));
  });

  test('behind another tab or in a window without the focus it can not be approved', () => {
    const one = gate();
    one.inSight(0);
    one.outOfSight(5000);
    assert.ok(one.isRead(6000));
    assert.ok(!one.allows('', 6000));
    one.inSight(7000);
    assert.ok(one.allows('', 7000));
  });

  test('keys that were meant for another place start the reading anew', () => {
    const one = gate();
    one.inSight(0);
    one.startAnew(1900);
    assert.ok(!one.allows('', 3899));
    assert.ok(one.allows('', 3900));
  });

  test('warnings are scrolled through, and the name is typed letter by letter', () => {
    const one = gate({ hasWarnings: true, typed: 'orders' });
    one.inSight(0);
    assert.ok(!one.allows('orders', 5000));
    one.warningsSeen();
    for (const typed of ['', 'order', 'Orders', 'orders ', 'оrders']) assert.ok(!one.allows(typed, 5000), typed);
    assert.ok(one.allows('orders', 5000));
  });

  test('whatever the order of events, nothing is approved that was in sight for less than the time of reading since the last key', () => {
    const event = fc.record({ kind: fc.constantFrom('in', 'out', 'key', 'ask'), after: fc.nat(1500) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const one = gate();
        let now = 0;
        let visible = false;
        let seen = 0;
        for (const { kind, after } of events) {
          now += after;
          if (visible) seen += after;
          if (kind === 'in') {
            visible = true;
            one.inSight(now);
          } else if (kind === 'out') {
            visible = false;
            one.outOfSight(now);
          } else if (kind === 'key') {
            seen = 0;
            one.startAnew(now);
          } else assert.equal(one.allows('', now), visible && seen >= READING);
        }
      }),
    );
  });
});
