import type { Workbench } from './workbench.ts';

/** What a person does, one step each, in the real workbench. */

/** Opens our view from the activity bar. */
export async function openView({ page }: Workbench): Promise<void> {
  const tab = page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="MySQL Pilot"]') }).first();
  await tab.waitFor({ timeout: 30_000 });
  if ((await tab.getAttribute('class'))?.includes('checked') !== true) await tab.click();
  await page.locator('.part.sidebar .pane-body').first().waitFor();
}

/** *MySQL Pilot: Add Connection* with a pasted URL; done when the tree shows it. */
export async function addConnection(workbench: Workbench, url: string, name: string): Promise<void> {
  await workbench.runCommand('MySQL Pilot: Add Connection');
  await workbench.answer(url);
  await workbench.treeRow(name).waitFor({ timeout: 20_000 });
}

/** Expands a row of the tree, and waits for one below it. */
export async function expand(workbench: Workbench, row: string, below: string): Promise<void> {
  await workbench.treeRow(row).click();
  await workbench.treeRow(below).waitFor({ timeout: 20_000 });
}
