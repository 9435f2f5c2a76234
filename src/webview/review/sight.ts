/** VS Code hides a page behind a maximized panel and leaves it without a size: CSS gives such a frame 300 × 150 (CSS 2.2, 10.3.2). */
const SIZELESS = { width: 300, height: 150 };

/** Calls back with whether any of the page is on the screen, and whenever that changes. */
export function watchSight(page: HTMLElement, onChange: (visible: boolean) => void): void {
  let isIntersecting = false;
  const tell = (): void => {
    const { innerWidth: width, innerHeight: height } = window;
    onChange(isIntersecting && width > 0 && height > 0 && !(width === SIZELESS.width && height === SIZELESS.height));
  };
  new IntersectionObserver((entries) => {
    isIntersecting = entries.at(-1)?.isIntersecting ?? isIntersecting;
    tell();
  }).observe(page);
  window.addEventListener('resize', tell);
}
