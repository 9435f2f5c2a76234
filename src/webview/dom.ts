import { shownText } from './shownText.ts';

/** What an element is made of: properties, `aria-…`, `data-…` and `role` as attributes, `on…` as listeners. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>;

/** Attributes that people read. */
const READ = new Set(['title', 'aria-label', 'placeholder']);

/** Makes an element. Text is text and never markup, and is all that is seen. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') made.addEventListener(name.slice(2).toLowerCase(), value as EventListener);
    else made.setAttribute(name, value === true ? '' : READ.has(name) ? shownText(String(value)) : String(value));
  }
  made.append(...children.map((child) => (typeof child === 'string' ? shownText(child) : child)));
  return made;
}

export function setText(of: Element, text: string): void {
  of.textContent = shownText(text);
}

/** An icon of VS Code's own font; what it means must be said beside it. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

/** A button that is an icon. */
export function iconButton(name: string, label: string, onClick: () => void): HTMLButtonElement {
  return element('button', { type: 'button', class: 'icon', title: label, 'aria-label': label, onclick: onClick }, icon(name));
}
