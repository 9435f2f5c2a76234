import { element, icon, setText } from '../dom.ts';
import type { FromReview, Pieces, ReviewStrings, ShownReview, ShownState, ShownStatement, ToReview } from './messages.ts';
import { DecisionBar } from './decisionBar.ts';
import { drawPieces } from './pieces.ts';
import { RowTable } from './table.ts';
import { watchSight } from './sight.ts';
import { watchWarnings } from './warnings.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromReview): void };

const vscode = acquireVsCodeApi();
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as ReviewStrings;
const say = (message: FromReview): void => {
  vscode.postMessage(message);
};

const heading = element('h1', { tabindex: '-1' });
const main = element('main', {});
const outcome = element('div', { class: 'outcome', role: 'status' });
const bar = new DecisionBar(strings, say);
document.body.append(outcome, main, bar.element);

let ticket = '';
let inSight = false;
let tables = new Map<number, RowTable>();

function show(review: ShownReview): void {
  ticket = review.ticket;
  tables = new Map();
  heading.replaceChildren(...drawPieces(review.headline, strings));
  const { environment, about, warnings, statements } = review;
  const list = warnings.map(({ weight, label, text }) =>
    element(
      'li',
      { class: weight },
      icon(weight === 'danger' ? 'error' : weight === 'warning' ? 'warning' : 'info'),
      element('div', {}, element('strong', {}, `${label}: `), ...drawPieces(text, strings)),
    ),
  );
  main.className = environment ?? '';
  main.replaceChildren(
    element('header', {}, heading, drawAbout(about)),
    ...(list.length === 0
      ? []
      : [element('section', { class: 'warnings' }, element('h2', {}, strings.warnings), element('ul', {}, ...list))]),
    ...statements.map((statement, i) => drawStatement(statement, i)),
  );
  bar.show(review);
  afterPaint(() => {
    say({ type: 'drawn', ticket: review.ticket });
    tellSight();
  });
  watchWarnings(list, () => {
    bar.warningsSeen();
    say({ type: 'seen', ticket });
  });
}

function tellSight(): void {
  bar.inSight(inSight);
  if (ticket !== '') say({ type: 'sight', ticket, visible: inSight });
}

/** Not called while the page is hidden: then nothing is painted. */
function afterPaint(then: () => void): void {
  requestAnimationFrame(() => {
    requestAnimationFrame(then);
  });
}

function drawAbout(about: ShownReview['about']): HTMLElement {
  const pairs = about.flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, ...drawPieces(value, strings))]);
  return element('dl', {}, ...pairs);
}

function drawStatement(statement: ShownStatement, i: number): HTMLElement {
  const { title, sql, condition, verified, unverified, table, reaches, facts, plan } = statement;
  const rows = table === undefined ? undefined : new RowTable(table, { statement: i, ticket, strings, say });
  if (rows !== undefined) tables.set(i, rows);
  return element(
    'section',
    { class: 'statement' },
    ...(title === undefined ? [] : [element('h2', {}, ...drawPieces(title, strings))]),
    ...(rows === undefined ? [] : [rows.element]),
    ...(verified.length === 0 ? [] : [element('h3', {}, strings.verified), element('p', {}, ...drawPieces(verified, strings))]),
    ...unverified.map((text) => element('p', { class: 'unverified' }, icon('warning'), element('span', {}, ...drawPieces(text, strings)))),
    ...drawList(strings.reaches, reaches),
    element('h3', {}, strings.statement),
    ...(condition === undefined
      ? []
      : [element('p', { class: 'condition' }, element('strong', {}, `${strings.condition}: `), ...drawPieces(condition, strings))]),
    element(
      'pre',
      { tabindex: '0', role: 'group', 'aria-label': strings.statement },
      ...sql.map((line) => element('div', { class: 'line' }, ...drawPieces(line, strings))),
    ),
    ...drawList(strings.facts, facts),
    ...drawList(strings.plan, plan),
  );
}

function drawList(title: string, lines: readonly Pieces[]): HTMLElement[] {
  if (lines.length === 0) return [];
  return [
    element('h3', {}, title),
    element('ul', { class: 'lines' }, ...lines.map((line) => element('li', {}, ...drawPieces(line, strings)))),
  ];
}

const ICONS = {
  ...{ waiting: '', running: 'loading codicon-modifier-spin', committed: 'pass', exported: 'pass', failed: 'error' },
  ...{ unknown: 'warning', rejected: 'circle-slash', expired: 'clock' },
} as const;

function showState(state: ShownState): void {
  document.body.dataset['phase'] = state.phase;
  bar.update(state);
  const text = element('span', {});
  setText(text, state.text);
  outcome.className = `outcome ${state.phase}`;
  outcome.replaceChildren(...(state.phase === 'waiting' ? [] : [icon(ICONS[state.phase]), text]));
}

/** Keys that nobody means for a review: somebody types on who has not seen that it opened. */
document.addEventListener('keydown', (event) => {
  const inField = event.target instanceof HTMLInputElement;
  const isText = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (inField || !isText) return;
  bar.startAnew();
  say({ type: 'typing', ticket });
});
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) heading.focus();
});
window.addEventListener('message', ({ data }: MessageEvent<ToReview>) => {
  switch (data.type) {
    case 'review':
      show(data.review);
      return;
    case 'state':
      showState(data.state);
      return;
    case 'page':
      tables.get(data.statement)?.show(data.page);
      return;
    case 'detail':
      tables.get(data.statement)?.detail(data.detail);
  }
});
watchSight(document.body, (visible) => {
  inSight = visible;
  tellSight();
});
say({ type: 'ready' });
