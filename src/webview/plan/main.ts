import { element, icon } from '../dom.ts';
import type { FromPlanView, PlanRow, PlanStrings, ShownPlan, ToPlanView } from './messages.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPlanView): void };

const vscode = acquireVsCodeApi();
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as PlanStrings;
const say = (type: FromPlanView['type']): void => {
  vscode.postMessage({ type });
};

const measure = element(
  'button',
  {
    type: 'button',
    class: 'text',
    onclick: () => {
      say('measure');
    },
  },
  icon('watch'),
  strings.measure,
);
const tools = element(
  'div',
  { class: 'tools' },
  measure,
  element(
    'button',
    {
      type: 'button',
      class: 'text',
      onclick: () => {
        say('text');
      },
    },
    icon('file-text'),
    strings.text,
  ),
);
const main = element('main', {});
document.body.append(element('header', {}, element('h1', {}, strings.plan), tools), main);

let rows: readonly PlanRow[] = [];
/** Steps whose parts are hidden. */
const closed = new Set<number>();
let active = 0;
let grid: HTMLElement | undefined;

function show(plan: ShownPlan): void {
  rows = plan.rows;
  closed.clear();
  active = 0;
  measure.hidden = !plan.measurable || plan.measured;
  const found =
    plan.findings.length === 0
      ? [element('li', { class: 'none' }, icon('pass'), strings.nothing)]
      : plan.findings.map((text) => element('li', {}, icon('warning'), element('span', {}, text)));
  grid = element('div', { class: 'grid', role: 'treegrid', 'aria-label': strings.plan, onkeydown: press });
  main.replaceChildren(
    element('h2', {}, strings.findings),
    element('ul', { class: 'findings' }, ...found),
    grid,
    element('h2', {}, strings.statement),
    element('pre', { tabindex: '0' }, plan.sql),
  );
  draw(plan.measured);
  document.body.dataset['measured'] = String(plan.measured);
}

const HEADS = ['cost', 'rows', 'actualRows', 'milliseconds', 'share'] as const;

function draw(measured: boolean): void {
  const head = element(
    'div',
    { role: 'row', class: 'head' },
    element('span', { role: 'columnheader', class: 'step' }, strings.step),
    ...HEADS.map((name) => element('span', { role: 'columnheader', class: name }, strings[name])),
  );
  grid?.replaceChildren(head, ...visible().map((i) => drawRow(i)));
  grid?.classList.toggle('measured', measured);
}

function drawRow(i: number): HTMLElement {
  const row = rows[i];
  if (row === undefined) return element('div', {});
  const parent = hasParts(i);
  const made = element(
    'div',
    {
      ...{
        role: 'row',
        class: row.remark === '' ? 'row' : 'row remarked',
        'data-step': i,
        tabindex: i === active ? '0' : '-1',
        title: row.remark,
      },
      ...{ 'aria-level': row.depth + 1, ...(parent ? { 'aria-expanded': String(!closed.has(i)) } : {}) },
      onclick: () => {
        active = i;
        toggle(i);
      },
    },
    element(
      'span',
      { role: 'gridcell', class: 'step' },
      ...(parent ? [icon(closed.has(i) ? 'chevron-right' : 'chevron-down')] : [element('span', { class: 'leaf' })]),
      ...(row.remark === '' ? [] : [icon('warning'), element('span', { class: 'unseen' }, `${row.remark}: `)]),
      element('span', {}, row.text),
    ),
    ...(['cost', 'rows', 'actualRows', 'milliseconds'] as const).map((name) =>
      element('span', { role: 'gridcell', class: name }, row[name]),
    ),
    element('span', { role: 'gridcell', class: 'share', 'aria-label': `${String(Math.round(row.share * 100))}%` }, bar(row.share)),
  );
  const step = made.querySelector<HTMLElement>('.step');
  if (step !== null) step.style.paddingInlineStart = `${String(row.depth * 16 + 4)}px`;
  return made;
}

function bar(share: number): HTMLElement {
  const filled = element('span', { class: 'bar', 'aria-hidden': 'true' });
  filled.style.width = `${String(Math.round(share * 100))}%`;
  return filled;
}

function hasParts(i: number): boolean {
  return (rows[i + 1]?.depth ?? 0) > (rows[i]?.depth ?? 0);
}

function visible(): number[] {
  const shown: number[] = [];
  let hiddenBelow = Infinity;
  for (const [i, { depth }] of rows.entries()) {
    if (depth > hiddenBelow) continue;
    hiddenBelow = closed.has(i) ? depth : Infinity;
    shown.push(i);
  }
  return shown;
}

function toggle(i: number, open = closed.has(i)): void {
  if (open) closed.delete(i);
  else if (hasParts(i)) closed.add(i);
  draw(grid?.classList.contains('measured') === true);
  focusActive();
}

function focusActive(): void {
  grid?.querySelectorAll<HTMLElement>('.row').forEach((row) => {
    row.tabIndex = Number(row.dataset['step']) === active ? 0 : -1;
    if (row.tabIndex === 0) row.focus();
  });
}

/** The keys of a tree grid. @see https://www.w3.org/WAI/ARIA/apg/patterns/treegrid/ */
function press(event: KeyboardEvent): void {
  const shown = visible();
  const at = shown.indexOf(active);
  const go = (to: number | undefined): void => {
    active = to ?? active;
    focusActive();
  };
  const parent = rows.findLastIndex(({ depth }, i) => i < active && depth < (rows[active]?.depth ?? 0));
  if (event.key === 'ArrowDown') go(shown[at + 1]);
  else if (event.key === 'ArrowUp') go(shown[at - 1]);
  else if (event.key === 'Home') go(shown[0]);
  else if (event.key === 'End') go(shown.at(-1));
  else if (event.key === 'ArrowRight') toggle(active, true);
  else if (event.key === 'ArrowLeft' && hasParts(active) && !closed.has(active)) toggle(active, false);
  else if (event.key === 'ArrowLeft' && parent >= 0) go(parent);
  else return;
  event.preventDefault();
}

window.addEventListener('message', ({ data }: MessageEvent<ToPlanView>) => {
  if (data.type === 'plan') show(data.plan);
  else document.body.classList.toggle('busy', data.busy);
});
say('ready');
