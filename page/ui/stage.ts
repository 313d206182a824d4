/** The canvas of the worlds, which the Worker draws on. */
import type { Display, Request } from '../messages';
import { onTheme, themeNow } from './colors';
import { byId } from './elements';

/** More device pixels would cost time and show nothing more. */
const MOST_PIXELS = 2560 * 1200;

export class Stage {
  private readonly canvas = byId('worlds', HTMLCanvasElement);
  private readonly count = byId('world-count', HTMLSelectElement);
  private readonly speed = byId('world-speed', HTMLSelectElement);
  private readonly motion = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(private readonly ask: (request: Request, transfer?: Transferable[]) => void) {
    const canvas = this.canvas.transferControlToOffscreen();
    ask({ type: 'canvas', canvas }, [canvas]);
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    this.resize();
    this.display();
    for (const input of [this.count, this.speed]) {
      input.addEventListener('change', () => this.display());
    }
    this.motion.addEventListener('change', () => this.display());
    onTheme(() => this.display());
    this.canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const { clientWidth, clientHeight } = this.canvas;
      ask({ type: 'choose', x: offsetX / clientWidth, y: offsetY / clientHeight });
    });
  }

  /** Says in words what the canvas shows. */
  describe(worlds: number, environment: string): void {
    const text = `${worlds} worlds of ${environment} in motion, one of them large`;
    this.canvas.setAttribute('aria-label', text);
    this.canvas.dataset.worlds = String(worlds);
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const most = Math.sqrt(MOST_PIXELS / Math.max(1, clientWidth * clientHeight));
    const scale = Math.min(devicePixelRatio, most);
    const pixels = (length: number): number => Math.max(1, Math.round(length * scale));
    const size = { width: pixels(clientWidth), height: pixels(clientHeight), scale };
    this.ask({ type: 'size', size });
  }

  private display(): void {
    const display: Display = {
      theme: themeNow(),
      worlds: Number(this.count.value),
      speed: Number(this.speed.value),
      still: this.motion.matches,
    };
    this.ask({ type: 'display', display });
  }
}
