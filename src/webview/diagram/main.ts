import { element, iconButton, setText } from '../dom.ts';
import { DiagramView } from './diagramView.ts';
import type { ShownColumns } from './drawing.ts';
import type { Diagram, DiagramStrings, FromDiagramView, ToDiagramView } from './messages.ts';
import { liveRules, png, standaloneSvg } from './picture.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromDiagramView): void };

const vscode = acquireVsCodeApi();
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as DiagramStrings;
const fill = (text: string, ...values: readonly (string | number)[]): string =>
  text.replaceAll(/\{(\d)\}/g, (whole, i: string) => String(values[Number(i)] ?? whole));

/** With more tables only keys are shown at first, then only names. */
const [MANY, TOO_MANY] = [25, 100];

const style = element('style', { nonce: document.body.dataset['nonce'] ?? '' }, liveRules());
document.head.append(style);

const heading = element('h1', {});
const counted = element('span', { class: 'count' });
const search = element('input', { type: 'search', class: 'search', placeholder: strings.search, 'aria-label': strings.search });
const found = element('span', { class: 'found', role: 'status' });
const scale = element('span', { class: 'scale', 'aria-live': 'polite' });
const columns = element(
  'select',
  { 'aria-label': strings.columns, title: strings.columns },
  element('option', { value: 'all' }, strings.allColumns),
  element('option', { value: 'keys' }, strings.keyColumns),
  element('option', { value: 'none' }, strings.noColumns),
);
const supposed = element('input', { type: 'checkbox', id: 'supposed' });
supposed.checked = true;
const empty = element('p', { class: 'empty', hidden: true }, strings.empty);

const view = new DiagramView(strings, {
  scaled: (value) => {
    setText(scale, `${String(Math.round(value * 100))}%`);
  },
  open: (table) => {
    vscode.postMessage({ type: 'definition', table });
  },
  fill,
});

document.body.append(
  element(
    'header',
    {},
    heading,
    counted,
    element('span', { class: 'searching' }, search, found),
    element(
      'span',
      { class: 'tools' },
      columns,
      element('label', { for: 'supposed', title: strings.help }, supposed, strings.supposed),
      iconButton('zoom-out', strings.zoomOut, () => {
        view.zoom(1 / 1.25);
      }),
      scale,
      iconButton('zoom-in', strings.zoomIn, () => {
        view.zoom(1.25);
      }),
      iconButton('screen-full', strings.fit, () => {
        view.fit();
      }),
      iconButton('list-selection', strings.choose, () => {
        vscode.postMessage({ type: 'choose' });
      }),
      iconButton('refresh', strings.refresh, () => {
        vscode.postMessage({ type: 'refresh' });
      }),
      textButton('SVG', strings.svg, () => {
        vscode.postMessage({ type: 'save', format: 'svg', data: picture() });
      }),
      textButton('PNG', strings.png, () => {
        void png(picture()).then((data) => {
          vscode.postMessage({ type: 'save', format: 'png', data });
        });
      }),
      textButton('Mermaid', strings.mermaid, () => {
        vscode.postMessage({ type: 'mermaid', supposed: supposed.checked });
      }),
    ),
  ),
  empty,
  view.element,
);

function textButton(text: string, label: string, onclick: () => void): HTMLElement {
  return element('button', { type: 'button', class: 'text', title: label, 'aria-label': `${text}: ${label}`, onclick }, text);
}

function picture(): string {
  return standaloneSvg(view.content, view.size);
}

function show(diagram: Diagram): void {
  setText(heading, diagram.title);
  const { length } = diagram.tables;
  const text = fill(strings.count, length, diagram.relations.length);
  setText(counted, diagram.partial ? `${text}, ${strings.partial}` : text);
  empty.hidden = length > 0;
  if (view.columns === undefined) columns.value = length > TOO_MANY ? 'none' : length > MANY ? 'keys' : 'all';
  view.show(diagram, columns.value as ShownColumns, supposed.checked);
  look();
}

function look(step = 0): void {
  const at = view.search(search.value, step);
  setText(
    found,
    search.value.trim() === '' ? '' : at.count === 0 ? strings.noMatch : fill(strings.match, String(at.index + 1), String(at.count)),
  );
}

search.addEventListener('input', () => {
  look();
});
search.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return;
  look(event.shiftKey ? -1 : 1);
  event.preventDefault();
});
columns.addEventListener('change', () => {
  view.change(columns.value as ShownColumns, supposed.checked);
  look();
});
supposed.addEventListener('change', () => {
  view.change(columns.value as ShownColumns, supposed.checked);
  look();
});
window.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
    search.focus();
    search.select();
    event.preventDefault();
  }
});
window.addEventListener('message', ({ data }: MessageEvent<ToDiagramView>) => {
  show(data.diagram);
});
vscode.postMessage({ type: 'ready' });
