import { element, icon, iconButton, setText } from '../dom.ts';
import { Grid, type GridPlace } from './grid.ts';
import type { FromResultsView, GridTab, MessagesTab, ResultTabInfo, ResultsStrings, ToResultsView } from './messages.ts';
import { TableTools } from './tableTools.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromResultsView): void };

const FILTER_DELAY_MS = 200;

const vscode = acquireVsCodeApi();
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as ResultsStrings;
const say = (message: FromResultsView): void => {
  vscode.postMessage(message);
};

const tabList = element('div', { class: 'tabs', role: 'tablist', 'aria-label': strings.tabs });
const filter = element('input', { type: 'text', class: 'filter', placeholder: strings.filterHint, 'aria-label': strings.filter });
const pin = iconButton('pin', strings.pin, () => {
  if (active !== undefined) say({ type: 'pin', tab: active.id });
});
const button = (icon: string, title: string, action: 'copyAs' | 'view' | 'edit' | 'export'): HTMLButtonElement =>
  iconButton(icon, title, () => {
    say({ type: 'action', action });
  });
const buttons = {
  copyAs: button('copy', strings.copyAs, 'copyAs'),
  view: button('go-to-file', strings.view, 'view'),
  edit: button('edit', strings.edit, 'edit'),
  export: button('export', strings.export, 'export'),
};
const ofTable = new TableTools(say);
const tools = element(
  'div',
  { class: 'tools', role: 'toolbar', 'aria-label': strings.tools },
  ofTable.choices,
  filter,
  ...Object.values(buttons),
  ofTable.extras,
  pin,
);
const heading = element('h1', {});
const from = element('span', { class: 'from' });
const shownBy = element('div', { class: 'shown', hidden: true }, heading, from);
const runningText = element('span', { class: 'sql' });
const running = element(
  'div',
  { class: 'running', role: 'status', hidden: true },
  icon('loading codicon-modifier-spin'),
  element('span', {}, strings.running),
  runningText,
  iconButton('debug-stop', strings.stop, () => {
    say({ type: 'action', action: 'stop' });
  }),
);
const panel = element('div', { class: 'panel', role: 'tabpanel', id: 'panel' });
const status = element('footer', { role: 'status' });
document.body.append(element('header', {}, tabList, shownBy, tools), running, panel, status);

let tabs: readonly ResultTabInfo[] = [];
let active: ResultTabInfo | undefined;
let grid: { readonly tab: GridTab; readonly grid: Grid } | undefined;
/** Of the grids that there are, by tab. */
const places = new Map<number, GridPlace>();

function showState(state: Extract<ToResultsView, { type: 'state' }>): void {
  tabs = state.tabs;
  for (const id of places.keys()) if (!tabs.some((tab) => tab.id === id)) places.delete(id);
  active = tabs.find(({ id }) => id === state.active);
  running.hidden = state.running === undefined;
  setText(runningText, state.running ?? '');
  drawTabs();
  const alone = state.from !== undefined;
  shownBy.hidden = !alone;
  for (const one of [tabList, pin]) one.hidden = alone;
  const offers: readonly string[] = state.offers ?? (alone ? ['copyAs', 'view', 'export'] : ['copyAs', 'view', 'edit', 'export']);
  for (const [action, one] of Object.entries(buttons)) one.hidden = !offers.includes(action);
  ofTable.show(state.choices ?? [], state.extras ?? []);
  setText(heading, active?.title ?? '');
  heading.title = active?.tooltip ?? '';
  setText(from, state.from ?? '');
  tools.hidden = active?.kind !== 'grid';
  const pinned = active?.pinned === true;
  pin.replaceChildren(icon(pinned ? 'pinned' : 'pin'));
  pin.title = pinned ? strings.unpin : strings.pin;
  pin.setAttribute('aria-label', strings.pin);
  pin.setAttribute('aria-pressed', String(pinned));
  setText(status, active?.status ?? '');
  status.hidden = active === undefined;
  if (active === undefined) showElement(element('p', { class: 'empty' }, strings.empty));
  else if (active.kind === 'messages') showElement(drawMessages(active));
  else showGrid(active);
  showActiveTab();
}

/** Also when the bar gets narrower: the tools beside it come and go. */
function showActiveTab(): void {
  tabList.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
new ResizeObserver(showActiveTab).observe(tabList);

function drawTabs(): void {
  const hadFocus = tabList.contains(document.activeElement);
  tabList.replaceChildren(
    ...tabs.map((tab) => {
      const selected = tab.id === active?.id;
      const title = element(
        'div',
        {
          class: 'tab',
          role: 'tab',
          id: `tab-${String(tab.id)}`,
          title: tab.tooltip,
          'aria-selected': String(selected),
          'aria-controls': 'panel',
          tabindex: selected ? '0' : '-1',
        },
        icon(tab.kind === 'messages' ? 'output' : tab.pinned ? 'pinned' : 'table'),
        element('span', { class: 'title' }, tab.title),
      );
      const close = element('span', { class: 'close codicon codicon-close', 'aria-hidden': 'true', title: strings.close });
      title.append(close);
      title.addEventListener('click', ({ target }) => {
        say({ type: target === close ? 'close' : 'activate', tab: tab.id });
      });
      title.addEventListener('auxclick', () => {
        say({ type: 'close', tab: tab.id });
      });
      return title;
    }),
  );
  panel.setAttribute('aria-labelledby', active === undefined ? '' : `tab-${String(active.id)}`);
  if (hadFocus) tabList.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
}

tabList.addEventListener('keydown', (event) => {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (event.key === 'Delete' && active !== undefined) say({ type: 'close', tab: active.id });
  if (step === 0 || active === undefined) return;
  const next = tabs[(tabs.indexOf(active) + step + tabs.length) % tabs.length];
  if (next !== undefined) say({ type: 'activate', tab: next.id });
  event.preventDefault();
});

function showElement(shown: HTMLElement): void {
  dropGrid();
  panel.replaceChildren(shown);
}

function dropGrid(): void {
  if (grid === undefined) return;
  places.set(grid.tab.id, grid.grid.place);
  grid.grid.dispose();
  grid = undefined;
}

function showGrid(tab: GridTab): void {
  if (document.activeElement !== filter || grid?.tab.id !== tab.id) filter.value = tab.filter;
  if (grid?.tab.id === tab.id && grid.tab.version === tab.version) return;
  const hadFocus = grid?.grid.root.contains(document.activeElement) === true;
  dropGrid();
  const made = new Grid(tab, strings, places.get(tab.id), {
    ask: (start, count) => {
      say({ type: 'rows', tab: tab.id, version: tab.version, start, count });
    },
    sort: (sort) => {
      say({ type: 'order', tab: tab.id, sort, filter: tab.filter });
    },
    selected: (ranges) => {
      say({ type: 'selection', tab: tab.id, ranges });
    },
    copy: () => {
      say({ type: 'action', action: 'copy' });
    },
    view: () => {
      say({ type: 'action', action: 'view' });
    },
    edit: () => {
      say({ type: 'action', action: 'edit' });
    },
  });
  grid = { tab, grid: made };
  panel.replaceChildren(made.root, ...(tab.shown === 0 ? [element('p', { class: 'empty' }, strings.noRows)] : []));
  made.mount();
  if (hadFocus) made.focus();
}

function drawMessages({ messages }: MessagesTab): HTMLElement {
  const icons = { ok: 'pass', info: 'info', warning: 'warning', error: 'error' } as const;
  const list = element('ul', { class: 'messages', tabindex: '0', 'aria-label': strings.messages });
  list.append(
    ...messages.map(({ kind, text, where, sql, line, id }) =>
      element(
        'li',
        { class: kind },
        icon(icons[kind]),
        element('span', { class: 'unseen' }, `${kind}: `),
        element(
          'div',
          {},
          element('div', { class: 'text' }, text),
          element(
            'div',
            {},
            line === undefined ? element('span', { class: 'where' }, where) : linkTo(`${where}:${String(line)}`, id),
            element('code', {}, sql),
          ),
        ),
      ),
    ),
  );
  // The newest is at the end, and what somebody has run is what they want to see.
  requestAnimationFrame(() => {
    list.scrollTop = list.scrollHeight;
  });
  return list;
}

/** As in a terminal: file and line. */
function linkTo(text: string, message: number): HTMLElement {
  const onclick = (): void => {
    say({ type: 'reveal', message });
  };
  return element('button', { type: 'button', class: 'where link', title: strings.reveal, onclick }, text);
}

let typing: ReturnType<typeof setTimeout> | undefined;
filter.addEventListener('input', () => {
  clearTimeout(typing);
  const { value } = filter;
  const of = active?.id; // another result may come to the front before it is filtered
  typing = setTimeout(() => {
    const tab = tabs.find(({ id }) => id === of);
    if (tab?.kind === 'grid') say({ type: 'order', tab: tab.id, sort: tab.sort, filter: value });
  }, FILTER_DELAY_MS);
});
filter.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown') grid?.grid.focus();
});
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f' && active?.kind === 'grid') {
    filter.focus();
    filter.select();
    event.preventDefault();
    event.stopPropagation();
  }
});

window.addEventListener('message', ({ data }: MessageEvent<ToResultsView>) => {
  if (data.type === 'state') showState(data);
  else if (data.type === 'selectAll') grid?.grid.selectAll();
  else if (grid?.tab.id === data.tab && grid.tab.version === data.version) grid.grid.addRows(data.start, data.rows);
});
say({ type: 'ready' });
