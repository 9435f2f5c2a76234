import type { Locator } from 'playwright-core';

/** Whether something is to be seen within so many milliseconds. */
export function isThere(locator: Locator, timeout: number): Promise<boolean> {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}
