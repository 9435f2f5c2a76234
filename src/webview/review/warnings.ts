/** Calls back once every warning was in view to its end. */
export function watchWarnings(items: readonly HTMLElement[], onSeen: () => void): void {
  const left = new Set<Element>();
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) left.delete(target);
    if (left.size > 0) return;
    observer.disconnect();
    onSeen();
  });
  for (const item of items) {
    const end = document.createElement('span');
    end.className = 'end';
    item.append(end);
    left.add(end);
    observer.observe(end);
  }
  if (items.length === 0) onSeen();
}
