/** As media/activity.svg, in a color that stands out on light and on dark. */
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0a84c1" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">' +
  '<ellipse cx="9.5" cy="5" rx="6.5" ry="2.5"/><path d="M3 5v12c0 1.4 2.9 2.5 6.5 2.5M16 5v4M3 11c0 1.4 2.9 2.5 6.5 2.5"/><path d="m21.5 11.5-9 3.5 3.6 1.9 1.9 3.6z"/></svg>';

/** What clients show beside the name of this server. In the answer itself: nothing is fetched for it. @see https://modelcontextprotocol.io/specification/2025-11-25/basic#icons */
export const ICON = { src: `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`, mimeType: 'image/svg+xml', sizes: ['any'] };
