const NAMESPACE = 'http://www.w3.org/2000/svg';

/** What is no character of XML, or moves and hides others in a file that is given away. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu;

/** Makes an SVG element. Text is text and never markup. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children.map((child) => (typeof child === 'string' ? child.replaceAll(UNPRINTABLE, '\uFFFD') : child)));
  return made;
}
