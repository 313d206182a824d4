/** Playing against the policy: keys, or buttons for those who have none. */

import type { Request, RunFacts } from '../messages';
import type { Score } from '../view/duel';
import { byId, element } from './elements';
import { actionOf, keysText, type Moves, movesOf } from './keys';
import { short } from './numbers';

/** Keys that press a button. */
const PRESSING = ['Space', 'Enter'];

export class TakeOver {
  private readonly button = byId('take-over', HTMLButtonElement);
  private readonly canvas = byId('worlds', HTMLCanvasElement);
  private readonly panel = byId('duel', HTMLElement);
  private readonly list = byId('moves', HTMLElement);
  private readonly how = byId('duel-how', HTMLElement);
  private readonly scores = byId('duel-scores', HTMLElement);
  /** Keys that are held at the keyboard, and those whose buttons are. */
  private readonly keyboard = new Set<string>();
  private readonly buttons = new Set<string>();
  private moves: Moves | undefined;
  private isBox = false;
  private isOn = false;

  constructor(private readonly ask: (request: Request) => void) {
    this.button.addEventListener('click', () => this.toggle(!this.isOn));
    this.canvas.addEventListener('keydown', (event) => this.press(event));
    this.canvas.addEventListener('keyup', ({ code }) => this.release(this.keyboard, [code]));
    this.canvas.addEventListener('blur', () => this.release(this.keyboard, [...this.keyboard]));
  }

  /** A run begins. */
  begin({ environment, action }: RunFacts): void {
    this.moves = movesOf(environment, action);
    this.isBox = action.type === 'box';
    this.button.disabled = !this.moves;
    this.show(false);
  }

  showScores(you: Score, policy: Score): void {
    if (!this.isOn) return;
    const policyText = scoreText(policy);
    this.scores.textContent = `You, in the frame: ${scoreText(you)}. The policy: ${policyText}.`;
  }

  private toggle(on: boolean): void {
    this.show(on);
    this.ask({ type: 'take-over', on });
    if (!on) return;
    this.tell();
    this.canvas.focus();
  }

  private show(on: boolean): void {
    this.isOn = on;
    this.keyboard.clear();
    this.buttons.clear();
    this.button.textContent = on ? 'Stop playing' : 'Take over';
    this.button.setAttribute('aria-pressed', String(on));
    this.panel.hidden = !on;
    this.scores.textContent = '';
    const { canvas } = this;
    canvas.setAttribute('role', on ? 'application' : 'img');
    if (on) canvas.tabIndex = 0;
    else canvas.removeAttribute('tabindex');
    this.list.replaceChildren(...(on ? this.moveButtons() : []));
    const still = this.moves?.idle ? '' : ' Time stands still while no key is held.';
    this.how.textContent = `The keys act while the picture has the focus; Escape ends it.${still}`;
  }

  private moveButtons(): HTMLElement[] {
    return this.moves!.moves.map(({ label, keys }) => {
      const hint = element('kbd', {}, keysText(keys));
      const button = element('button', { type: 'button' }, `${label} `, hint);
      const hold = (): void => this.hold(this.buttons, keys);
      const release = (): void => this.release(this.buttons, keys);
      button.addEventListener('pointerdown', hold);
      for (const end of ['pointerup', 'pointerleave', 'pointercancel', 'blur']) {
        button.addEventListener(end, release);
      }
      button.addEventListener('keydown', ({ code }) => PRESSING.includes(code) && hold());
      button.addEventListener('keyup', ({ code }) => PRESSING.includes(code) && release());
      return button;
    });
  }

  private press(event: KeyboardEvent): void {
    if (!this.isOn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === 'Escape') this.leave();
    if (!this.moves!.moves.some(({ keys }) => keys.includes(event.code))) return;
    // Arrows and the space bar scroll a page otherwise.
    event.preventDefault();
    if (!event.repeat) this.hold(this.keyboard, [event.code]);
  }

  private leave(): void {
    this.toggle(false);
    this.button.focus();
  }

  private hold(where: Set<string>, keys: readonly string[]): void {
    for (const key of keys) where.add(key);
    this.tell();
  }

  private release(where: Set<string>, keys: readonly string[]): void {
    const found = keys.filter((key) => where.delete(key));
    if (found.length > 0) this.tell();
  }

  private tell(): void {
    const { moves, isBox } = this;
    const held = new Set([...this.keyboard, ...this.buttons]);
    const action = actionOf(moves!, held, isBox);
    this.ask({ type: 'hold', action, isPressed: held.size > 0 });
  }
}

function scoreText({ now, best }: Score): string {
  return best === undefined ? short(now) : `${short(now)}, best ${short(best)}`;
}
