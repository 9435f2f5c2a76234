/** Colors of the theme that a drawing uses. */
const COLORS = {
  background: '--vscode-editor-background',
  box: '--vscode-editorWidget-background',
  border: '--vscode-editorWidget-border',
  contrast: '--vscode-contrastBorder',
  head: '--vscode-sideBarSectionHeader-background',
  text: '--vscode-foreground',
  dim: '--vscode-descriptionForeground',
  line: '--vscode-descriptionForeground',
  strong: '--vscode-focusBorder',
  key: '--vscode-charts-yellow',
} as const;

type ColorName = keyof typeof COLORS;

/** The rules of a drawing, for the page (with the theme's variables) and for a file (with their values of now). */
function rules(color: (name: ColorName) => string, font: string): string {
  return `
.box{fill:${color('box')};stroke:${color('border')};stroke-width:1}
.head{fill:${color('head')};stroke:${color('border')};stroke-width:1}
.elsewhere .box{stroke-dasharray:4 3}
text{font-family:${font};font-size:12px;fill:${color('text')}}
.title{font-weight:600;font-size:13px}
.mark{font-size:10px;fill:${color('key')};font-weight:600}
.type{fill:${color('dim')}}
.line,.end{fill:none;stroke:${color('line')};stroke-width:1.3}
.supposed .line{stroke-dasharray:5 4}
.hit{fill:none;stroke:transparent;stroke-width:9}
.far{display:none}`;
}

/** For the page: they follow the theme. */
export function liveRules(): string {
  return rules(
    (name) => (name === 'border' ? `var(${COLORS.contrast},var(${COLORS.border},var(${COLORS.dim})))` : `var(${COLORS[name]})`),
    'var(--vscode-editor-font-family)',
  );
}

/** A drawing as a file that stands alone, in the colors of the theme. */
export function standaloneSvg(content: SVGGElement, { width, height }: { width: number; height: number }): string {
  const style = getComputedStyle(document.body);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const color = (name: ColorName): string =>
    name === 'border' ? value(COLORS.contrast) || value(COLORS.border) || value(COLORS.dim) : value(COLORS[name]) || 'transparent';
  const copy = content.cloneNode(true) as SVGGElement;
  copy.removeAttribute('transform');
  for (const table of copy.querySelectorAll('.table')) {
    for (const name of ['tabindex', 'role', 'aria-current', 'aria-label']) table.removeAttribute(name);
    table.classList.remove('chosen', 'near-chosen', 'match', 'dim');
  }
  // Raw names, for the page alone: what is hidden or reversed in them does not go into a file.
  for (const marked of [copy, ...copy.querySelectorAll('*')])
    for (const name of ['data-table', 'data-from', 'data-to']) marked.removeAttribute(name);
  for (const away of copy.querySelectorAll('.far, .hit')) away.remove();
  const [w, h] = [Math.ceil(width) + 2 * EDGE, Math.ceil(height) + 2 * EDGE];
  const size = `width="${String(w)}" height="${String(h)}" viewBox="${String(-EDGE)} ${String(-EDGE)} ${String(w)} ${String(h)}"`;
  const back = `<rect x="${String(-EDGE)}" y="${String(-EDGE)}" width="${String(w)}" height="${String(h)}" fill="${color('background')}"/>`;
  const css = rules(color, value('--vscode-editor-font-family').replaceAll('"', "'") || 'monospace');
  const body = new XMLSerializer().serializeToString(copy);
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><style>${css.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}\n</style>${back}${body}</svg>\n`;
}

const EDGE = 24;
/** Browsers draw no larger canvas: sides, and the area of all. */
const MAX_SIDE = 16_000;
const MAX_AREA = 100_000_000;

/** The same as a PNG, twice as large as on the screen where a canvas can be that large; in base64. */
export async function png(text: string): Promise<string> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const { width, height } = image;
  const scale = Math.min(2, MAX_SIDE / width, MAX_SIDE / height, Math.sqrt(MAX_AREA / (width * height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
}
