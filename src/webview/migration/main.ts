import { element, icon, setText } from '../dom.ts';
import type {
  CopiedPart,
  FromMigrationView,
  Level,
  MigrationStrings,
  ShownMigration,
  ShownStatement,
  ToMigrationView,
} from './messages.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromMigrationView): void };

const vscode = acquireVsCodeApi();
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as MigrationStrings;

const ICONS: Readonly<Record<Level, string>> = {
  fails: 'error',
  loses: 'trash',
  unknown: 'question',
  blocks: 'warning',
  rebuilds: 'info',
  notes: 'info',
  fine: 'pass',
};

const button = (name: string, label: string, message: FromMigrationView, about = label): HTMLButtonElement =>
  element(
    'button',
    {
      ...{ type: 'button', class: 'text', title: about, 'aria-label': about },
      onclick: () => {
        vscode.postMessage(message);
      },
    },
    icon(name),
    label,
  );

const refresh = button('refresh', strings.refresh, { type: 'refresh' });
const cancel = button('debug-stop', strings.cancel, { type: 'cancel' });
const place = element('p', { class: 'place' });
const state = element('p', { class: 'state', role: 'status' });
const changed = element('p', { class: 'changed', role: 'status' });
const main = element('main', {});
document.body.append(
  element('header', {}, element('h1', {}, strings.title), element('div', { class: 'tools' }, refresh, cancel)),
  place,
  state,
  changed,
  main,
);

function setBusy(busy: boolean): void {
  const hadFocus = document.activeElement === refresh || document.activeElement === cancel;
  document.body.classList.toggle('busy', busy);
  cancel.hidden = !busy;
  refresh.hidden = busy;
  if (hadFocus) (busy ? cancel : refresh).focus();
}

function show({ place: where, summary, remarks, statements }: ShownMigration): void {
  setText(place, where);
  setText(state, summary);
  setText(changed, '');
  main.replaceChildren(
    ...drawWorst(statements),
    element('ul', { class: 'remarks' }, ...remarks.map((text) => element('li', {}, text))),
    element('h2', {}, strings.statements),
    element('ol', {}, ...statements.map(drawStatement)),
  );
}

/** Those that somebody has to look at. */
const WORST: readonly Level[] = ['fails', 'loses', 'unknown', 'blocks'];
/** More of a level are found by scrolling. */
const LISTED = 20;

function drawWorst(statements: readonly ShownStatement[]): HTMLElement[] {
  const rows = WORST.flatMap((level) => {
    const found = statements.flatMap((one, index) => (one.level === level ? [index] : []));
    if (found.length === 0) return [];
    const more = found.length > LISTED ? [element('span', {}, '…')] : [];
    return [element('li', {}, icon(ICONS[level]), element('span', {}, strings[level]), ...found.slice(0, LISTED).map(jump), ...more)];
  });
  if (statements.length === 1 || rows.length === 0) return [];
  return [element('nav', { class: 'worst', 'aria-label': strings.worst }, element('h2', {}, strings.worst), element('ul', {}, ...rows))];
}

function jump(index: number): HTMLElement {
  const number = String(index + 1);
  const onclick = (): void => {
    const target = document.getElementById(`statement-${number}`);
    target?.scrollIntoView({ block: 'start' });
    target?.focus({ preventScroll: true });
  };
  return element('button', { type: 'button', class: 'text', 'aria-label': strings.statement.replace('{0}', number), onclick }, number);
}

function drawStatement(statement: ShownStatement, index: number): HTMLElement {
  const { line, text, level, outcome, table, notes, rewritten, wayBack } = statement;
  const place = line === undefined ? '' : strings.goTo.replace('{0}', String(line));
  return element(
    'li',
    { class: `statement ${level}`, 'data-level': level, id: `statement-${String(index + 1)}`, tabindex: '-1' },
    element(
      'div',
      { class: 'outcome' },
      element('span', { class: 'number' }, `${String(index + 1)}.`),
      icon(ICONS[level]),
      element('span', { class: 'unseen' }, `${strings[level]}: `),
      element('strong', {}, outcome),
      ...(line === undefined ? [] : [button('go-to-file', place, { type: 'goTo', index })]),
    ),
    element('pre', { tabindex: '0' }, text),
    ...(table === '' ? [] : [element('p', { class: 'table' }, table)]),
    ...(notes.length === 0 ? [] : [element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, note)))]),
    ...drawPart(strings.rewritten, strings.copyRewritten, rewritten, index, 'rewritten'),
    ...drawPart(strings.wayBack, strings.copyWayBack, wayBack, index, 'wayBack'),
  );
}

/** Statements that a person may take along. */
function drawPart(title: string, copy: string, text: string | undefined, index: number, part: CopiedPart): HTMLElement[] {
  if (text === undefined) return [];
  const about = `${copy}: ${String(index + 1)}`;
  const head = element('div', { class: 'part' }, element('h3', {}, title), button('copy', copy, { type: 'copy', index, part }, about));
  return [head, element('pre', { tabindex: '0', class: part }, text)];
}

window.addEventListener('message', ({ data }: MessageEvent<ToMigrationView>) => {
  if (data.type !== 'changed') setBusy(data.type === 'busy');
  switch (data.type) {
    case 'busy':
      setText(state, strings.busy);
      setText(changed, '');
      break;
    case 'migration':
      show(data.migration);
      break;
    case 'changed':
      setText(changed, data.message);
      break;
    case 'stopped':
      setText(state, data.message);
      main.replaceChildren();
      break;
  }
});
vscode.postMessage({ type: 'ready' });
