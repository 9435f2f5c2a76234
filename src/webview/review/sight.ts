/**
 * Calls back with whether any of the page is on the screen, and whenever that changes. VS Code lays a page that it hides
 * along the edge of the window, which counts as intersecting although nothing of it shows.
 */
export function watchSight(page: HTMLElement, onChange: (visible: boolean) => void): void {
  const show = (entries: readonly IntersectionObserverEntry[]): void => {
    const last = entries.at(-1);
    if (last !== undefined) onChange(last.intersectionRatio > 0);
  };
  // Nothing is told between two ratios that no threshold divides.
  new IntersectionObserver(show, { threshold: [0, Number.EPSILON] }).observe(page);
}
