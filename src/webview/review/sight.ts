/** Calls back with whether any of the page is on the screen, and whenever that changes. */
export function watchSight(page: HTMLElement, onChange: (visible: boolean) => void): void {
  new IntersectionObserver((entries) => {
    const last = entries.at(-1);
    if (last !== undefined) onChange(last.isIntersecting && window.innerWidth > 0 && window.innerHeight > 0);
  }).observe(page);
}
