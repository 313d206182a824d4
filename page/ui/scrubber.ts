/** The slider that lets an earlier policy act in the worlds. */
import { byId } from './elements';
import { whole } from './numbers';

const NEWEST = 'the newest';

export class Scrubber {
  private readonly slider = byId('scrub', HTMLInputElement);
  private readonly place = byId('scrub-at', HTMLOutputElement);
  /** Those after which a policy was kept; the last place of the slider stands for the newest. */
  private iterations: readonly number[] = [];
  private chosen: number | undefined;

  /** @param choose called with an iteration, or with nothing for the newest policy */
  constructor(choose: (iteration: number | undefined) => void) {
    this.slider.addEventListener('input', () => {
      this.chosen = this.iterations[Number(this.slider.value)];
      this.say();
      choose(this.chosen);
    });
  }

  /** A run begins. */
  begin(): void {
    this.chosen = undefined;
    this.offer([]);
  }

  /** @param iterations those that can be chosen, in ascending order */
  offer(iterations: readonly number[]): void {
    const { slider, chosen } = this;
    this.iterations = iterations;
    const found = chosen === undefined ? -1 : iterations.findIndex((each) => each >= chosen);
    slider.disabled = iterations.length === 0;
    slider.max = String(iterations.length);
    slider.value = String(found === -1 ? iterations.length : found);
    this.say();
  }

  private say(): void {
    const { chosen, place, slider } = this;
    const text = chosen === undefined ? NEWEST : `of iteration ${whole(chosen)}`;
    place.textContent = text;
    slider.setAttribute('aria-valuetext', text);
  }
}
