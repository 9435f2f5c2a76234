import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textarea/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { element, icon, setText } from '../dom.ts';
import type { FieldValue, FormDescription, FormField, FormPreview, FormValues, FromForm, ToForm } from './messages.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromForm): void };

/** What the elements of the library share. */
interface Input extends HTMLElement {
  value: string;
  checked?: boolean;
  invalid?: boolean;
  label?: string;
}

interface Drawn {
  readonly field: FormField;
  readonly row: HTMLElement;
  readonly input: Input;
  readonly problem: HTMLElement;
}

const vscode = acquireVsCodeApi();
const drawn = new Map<string, Drawn>();
/** What the fields hold: the elements themselves know it only a moment after they were made. */
const held = new Map<string, FieldValue>();
const status = element('div', { class: 'status', role: 'status' });
const preview = element('div', {});
/** What the status says is true only of the values of the last action. */
let ofValues = false;
/** A field was changed since the last action. */
let edited = false;
const TYPED_MS = 300;
let untold: ReturnType<typeof setTimeout> | undefined;

/** A page is not asked before its tab is closed: what is typed is told before. */
function tellTyped(): void {
  clearTimeout(untold);
  untold = undefined;
  vscode.postMessage({ type: 'typed', values: read() });
}

function tellSoon(): void {
  untold ??= setTimeout(tellTyped, TYPED_MS);
}

window.addEventListener('blur', () => {
  if (untold !== undefined) tellTyped();
});

function show(form: FormDescription, values: FormValues): void {
  drawn.clear();
  held.clear();
  showPreview(form.preview);
  const act = (action: string): void => {
    edited = false;
    vscode.postMessage({ type: 'action', action, values: read() });
  };
  const [first] = form.actions;
  const body = element(
    'form',
    {
      'aria-label': form.heading,
      onsubmit: (event: Event) => {
        event.preventDefault();
      },
      onkeydown: (event: KeyboardEvent) => {
        const { target } = event;
        const typing = target instanceof HTMLElement && target.localName === 'vscode-textfield';
        if (event.key === 'Enter' && typing && first !== undefined) act(first.id);
      },
    },
    element('h1', {}, form.heading),
    ...(form.intro === undefined ? [] : [element('p', { class: 'intro' }, form.intro)]),
    preview,
    ...form.sections.map(({ title, fields }) =>
      element('fieldset', {}, element('legend', {}, title), ...fields.map((field) => draw(field, form, values[field.id] ?? ''))),
    ),
  );
  const actions = form.actions.map(({ id, label, secondary }) => {
    const button = element(
      'vscode-button' as 'button',
      {
        'data-action': id,
        onclick: () => {
          act(id);
        },
      },
      label,
    );
    if (secondary === true) button.setAttribute('secondary', '');
    return button;
  });
  document.body.replaceChildren(element('main', {}, body), element('footer', {}, status, element('div', { class: 'actions' }, ...actions)));
  arrange();
  const [focused] = drawn.values();
  requestAnimationFrame(() => focused?.input.focus());
}

function showPreview(shown: FormPreview | undefined): void {
  preview.replaceChildren(...(shown === undefined ? [] : [drawPreview(shown)]));
}

function drawPreview({ title, rows }: FormPreview): HTMLElement {
  const [first = [], ...others] = rows;
  return element(
    'div',
    { class: 'preview', tabindex: '0', role: 'group', 'aria-label': title },
    element(
      'table',
      {},
      element('caption', {}, title),
      element('thead', {}, element('tr', {}, ...first.map((cell) => element('th', { scope: 'col' }, cell)))),
      element('tbody', {}, ...others.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, cell))))),
    ),
  );
}

function draw(field: FormField, form: FormDescription, value: FieldValue): HTMLElement {
  const { id, kind, label } = field;
  const problem = element('div', { class: 'problem', role: 'alert', hidden: true });
  const input = makeInput(field, value);
  const changed = (): void => {
    held.set(id, kind === 'check' ? input.checked === true : input.value);
    edited = true;
    tellSoon();
    if (ofValues) showStatus('ok', '');
    arrange();
  };
  held.set(id, value);
  input.label = label;
  input.addEventListener('input', changed);
  input.addEventListener('change', changed);
  const help = field.help === undefined ? [] : [element('div', { class: 'help' }, field.help)];
  const browse =
    kind === 'file'
      ? [
          element(
            'vscode-button' as 'button',
            {
              class: 'browse',
              secondary: true,
              'aria-label': `${form.browse} ${label}`,
              onclick: () => {
                vscode.postMessage({ type: 'browse', field: id });
              },
            },
            form.browse,
          ),
        ]
      : [];
  const caption = kind === 'check' ? [] : [element('div', { class: 'label', 'aria-hidden': 'true' }, label)];
  const row = element(
    'div',
    { class: 'field', 'data-field': id },
    ...caption,
    element('div', { class: 'input' }, input, ...browse),
    problem,
    ...help,
  );
  drawn.set(id, { field, row, input, problem });
  return row;
}

function makeInput({ id, kind, label, placeholder, options = [], help, rows = 3 }: FormField, value: FieldValue): Input {
  const attributes = { id, label, placeholder, title: help };
  switch (kind) {
    case 'check': {
      const box = element('vscode-checkbox' as 'div', { id, label }) as unknown as Input;
      box.checked = value === true;
      return box;
    }
    case 'select': {
      const select = element(
        'vscode-single-select' as 'div',
        { id, label },
        ...options.map((one) => element('vscode-option' as 'div', { value: one.value, selected: one.value === value }, one.label)),
      );
      return select as unknown as Input;
    }
    case 'area': {
      const area = element('vscode-textarea' as 'div', { ...attributes, rows }) as unknown as Input;
      area.value = String(value);
      return area;
    }
    default: {
      const type = kind === 'password' ? 'password' : 'text';
      const text = element('vscode-textfield' as 'div', {
        ...attributes,
        type,
        autocomplete: 'off',
        spellcheck: 'false',
      }) as unknown as Input;
      text.value = String(value);
      return text;
    }
  }
}

function read(): FormValues {
  return Object.fromEntries(held);
}

function put(field: string, value: FieldValue): void {
  const one = drawn.get(field);
  if (one === undefined) return;
  if (one.field.kind === 'check') one.input.checked = value === true;
  else one.input.value = String(value);
  held.set(field, value);
  edited = true;
  tellSoon();
  if (ofValues) showStatus('ok', '');
  arrange();
}

/** Shows what applies now, and nothing else. */
function arrange(): void {
  for (const { field, row } of drawn.values())
    row.hidden = !(field.when ?? []).every((condition) => condition.holds.includes(held.get(condition.field) ?? ''));
  for (const section of document.querySelectorAll('fieldset'))
    section.hidden = [...section.querySelectorAll<HTMLElement>('.field')].every((row) => row.hidden);
}

function tell(problems: Readonly<Record<string, string>>): void {
  let first: Input | undefined;
  for (const [id, { input, problem }] of drawn) {
    const text = problems[id];
    setText(problem, text ?? '');
    problem.hidden = text === undefined;
    input.invalid = text !== undefined;
    if (text !== undefined) first ??= input;
  }
  first?.focus();
}

const ICONS = { busy: 'loading codicon-modifier-spin', ok: 'pass', warning: 'warning', error: 'error' } as const;

function showStatus(kind: keyof typeof ICONS, text: string): void {
  status.className = `status ${kind}`;
  status.replaceChildren(...(text === '' ? [] : [icon(ICONS[kind]), element('span', {}, text)]));
}

window.addEventListener('message', ({ data }: MessageEvent<ToForm>) => {
  switch (data.type) {
    case 'show':
      show(data.form, data.values);
      return;
    case 'value':
      put(data.field, data.value);
      return;
    case 'append': {
      const before = String(held.get(data.field) ?? '').trimEnd();
      put(data.field, [...(before === '' ? [] : [before]), ...data.lines].join('\n'));
      return;
    }
    case 'preview':
      showPreview(data.preview);
      return;
    case 'problems':
      tell(data.problems);
      return;
    case 'status':
      ofValues = data.ofValues === true;
      showStatus(data.kind, ofValues && edited ? '' : data.text);
  }
});
vscode.postMessage({ type: 'ready' });
