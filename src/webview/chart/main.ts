import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
  type ChartDataset,
} from 'chart.js';
import { element, icon, setText } from '../dom.ts';
import { shownText } from '../shownText.ts';
import type { ChartKind, ChartStrings, FromChartView, ShownChart, ToChartView } from './messages.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromChartView): void };

Chart.register(ArcElement, BarController, BarElement, CategoryScale, Legend, LinearScale);
Chart.register(LineController, LineElement, PieController, PointElement, Tooltip);

const KINDS: readonly ChartKind[] = ['bar', 'line', 'pie'];
/** Of labels and names, which may be texts of any length. */
const SHOWN_NAME = 40;
/** Points are drawn as dots up to so many. */
const MAX_DOTS = 60;
const COLORS = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'].map((name) => `--vscode-charts-${name}`);

const vscode = acquireVsCodeApi();
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as ChartStrings;

const heading = element('h1', {});
const from = element('p', { class: 'from' });
const kinds = element('div', { class: 'kinds', role: 'radiogroup', 'aria-label': strings.kind });
const showRows = (): void => {
  vscode.postMessage({ type: 'rows' });
};
const tools = element(
  'div',
  { class: 'tools' },
  kinds,
  element('button', { type: 'button', class: 'text', onclick: showRows }, icon('table'), strings.rows),
);
const canvas = element('canvas', { role: 'img' });
const note = element('p', { class: 'note', role: 'status', hidden: true });
document.body.append(element('header', {}, element('div', {}, heading, from), tools), note, element('main', {}, canvas));

let shown: ShownChart | undefined;
let kind: ChartKind = 'bar';
let drawn: Chart | undefined;

function show(chart: ShownChart): void {
  shown = chart;
  kind = chart.kind;
  setText(heading, chart.title);
  setText(from, chart.from);
  draw();
}

function draw(): void {
  if (shown === undefined) return;
  drawKinds();
  const { labels, series, title } = shown;
  const pie = kind === 'pie';
  note.hidden = !pie || series.length < 2;
  setText(note, strings.firstOnly.replace('{0}', nameOf(series[0]?.name ?? '')));
  const summary = strings.summary.replace('{0}', String(labels.length)).replace('{1}', series.map(({ name }) => name).join(', '));
  canvas.setAttribute('aria-label', shownText(`${title}: ${strings[kind]}, ${summary}`));
  const text = colorOf('--vscode-foreground');
  const lines = colorOf('--vscode-widget-border', '--vscode-panel-border', '--vscode-foreground');
  const palette = COLORS.map((name) => colorOf(name));
  const paint = (i: number): string => palette[i % palette.length] ?? text;
  Chart.defaults.color = text;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawn?.destroy();
  const datasets = (pie ? series.slice(0, 1) : series).map((one, i): ChartDataset => {
    const data = [...one.values];
    return {
      label: nameOf(one.name),
      data,
      backgroundColor: pie ? data.map((_, at) => paint(at)) : paint(i),
      borderColor: pie ? colorOf('--vscode-editor-background') : paint(i),
      borderWidth: kind === 'bar' ? 0 : 1.5,
      ...(kind === 'line' ? { pointRadius: labels.length > MAX_DOTS ? 0 : 2.5 } : {}),
    };
  });
  const axis = { grid: { color: lines, lineWidth: 0.5 }, ticks: { color: text } };
  drawn = new Chart(canvas, {
    type: kind,
    data: { labels: labels.map(nameOf), datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      ...(pie ? {} : { scales: { x: axis, y: { ...axis, beginAtZero: kind === 'bar' } } }),
      plugins: { legend: { display: pie || series.length > 1, position: pie ? 'right' : 'top', labels: { color: text } } },
    },
  });
}

/** As the page computes it: a variable may be a function of the theme. The first of the variables that is set. */
function colorOf(...names: readonly string[]): string {
  const probe = element('span', { hidden: true });
  probe.style.color = names.reduceRight((inner, name) => `var(${name}${inner === '' ? '' : `, ${inner}`})`, '');
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function nameOf(name: string): string {
  return shownText(name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME)}…` : name);
}

function drawKinds(): void {
  const hadFocus = kinds.contains(document.activeElement);
  kinds.replaceChildren(
    ...KINDS.map((one) => {
      const checked = one === kind;
      const choose = (): void => {
        kind = one;
        draw();
      };
      const attributes = {
        type: 'button',
        role: 'radio',
        'aria-checked': String(checked),
        tabindex: checked ? '0' : '-1',
        onclick: choose,
      };
      return element('button', attributes, icon(one === 'line' ? 'graph-line' : one === 'pie' ? 'pie-chart' : 'graph'), strings[one]);
    }),
  );
  if (hadFocus) kinds.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
}

kinds.addEventListener('keydown', (event) => {
  const step = ['ArrowRight', 'ArrowDown'].includes(event.key) ? 1 : ['ArrowLeft', 'ArrowUp'].includes(event.key) ? -1 : 0;
  if (step === 0) return;
  kind = KINDS[(KINDS.indexOf(kind) + step + KINDS.length) % KINDS.length] ?? 'bar';
  draw();
  event.preventDefault();
});

// The colors of a canvas are not those of the theme by themselves.
new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ['class'] });
window.addEventListener('message', ({ data }: MessageEvent<ToChartView>) => {
  show(data.chart);
});
vscode.postMessage({ type: 'ready' });
