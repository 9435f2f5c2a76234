/** What part of a drawing is seen, and how large. */
export class Viewport {
  readonly #surface: SVGSVGElement;
  readonly #content: SVGGElement;
  readonly #changed: (scale: number) => void;
  #x = 0;
  #y = 0;
  #scale = 1;

  constructor(surface: SVGSVGElement, content: SVGGElement, changed: (scale: number) => void) {
    this.#surface = surface;
    this.#content = content;
    this.#changed = changed;
    surface.addEventListener('wheel', this.#wheel, { passive: false });
    surface.addEventListener('pointerdown', this.#drag);
  }

  get scale(): number {
    return this.#scale;
  }

  /** Width to height of what is seen. */
  get shape(): number {
    const { width, height } = this.#size();
    return Math.min(4, Math.max(0.5, width / Math.max(height, 1)));
  }

  /** Zooms around a point of the surface; around its middle where none is given. */
  zoom(factor: number, at = this.#middle()): void {
    const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, this.#scale * factor));
    const real = scale / this.#scale;
    this.#set(at.x - (at.x - this.#x) * real, at.y - (at.y - this.#y) * real, scale);
  }

  move(dx: number, dy: number): void {
    this.#set(this.#x + dx, this.#y + dy, this.#scale);
  }

  /** All of a drawing of this size; never larger than it is. */
  fit(width: number, height: number): void {
    const seen = this.#size();
    const scale = Math.max(
      MIN_SCALE,
      Math.min(1, (seen.width - MARGIN) / Math.max(width, 1), (seen.height - MARGIN) / Math.max(height, 1)),
    );
    this.#set((seen.width - width * scale) / 2, Math.max(MARGIN / 2, (seen.height - height * scale) / 2), scale);
  }

  /** Brings a box into sight, and near enough to be read where `near`. */
  reveal(box: { x: number; y: number; width: number; height: number }, near: boolean): void {
    const seen = this.#size();
    const scale = near ? Math.max(this.#scale, READABLE) : this.#scale;
    const [left, top] = [box.x * scale + this.#x, box.y * scale + this.#y];
    const inside = left >= 0 && top >= 0 && left + box.width * scale <= seen.width && top + box.height * scale <= seen.height;
    if (inside && scale === this.#scale) return;
    this.#set(seen.width / 2 - (box.x + box.width / 2) * scale, seen.height / 2 - (box.y + box.height / 2) * scale, scale);
  }

  #set(x: number, y: number, scale: number): void {
    [this.#x, this.#y, this.#scale] = [x, y, scale];
    this.#content.setAttribute('transform', `translate(${String(x)},${String(y)}) scale(${String(scale)})`);
    this.#changed(scale);
  }

  #size(): { width: number; height: number } {
    return this.#surface.getBoundingClientRect();
  }

  #middle(): { x: number; y: number } {
    const { width, height } = this.#size();
    return { x: width / 2, y: height / 2 };
  }

  readonly #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { left, top } = this.#surface.getBoundingClientRect();
    // A pinch comes as a wheel with the control key.
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top });
    else if (event.shiftKey) this.move(-event.deltaY, 0);
    else this.move(-event.deltaX, -event.deltaY);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    let { clientX: x, clientY: y } = event;
    const move = (to: PointerEvent): void => {
      this.move(to.clientX - x, to.clientY - y);
      ({ clientX: x, clientY: y } = to);
    };
    const end = (): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
  };
}

const MIN_SCALE = 0.03;
const MAX_SCALE = 3;
const MARGIN = 48;
/** Below this only names are drawn. */
export const READABLE = 0.55;
