/** Lines about what went wrong, or was put right. */
import { byId, element } from './elements';

type Kind = 'problem' | 'note';

export class Notices {
  private readonly place = byId('notices', HTMLElement);

  /** @param kind a problem stays until the next run begins */
  show(kind: Kind, text: string): void {
    for (const line of [...this.place.children]) {
      if (line instanceof HTMLElement && line.dataset.text === text) line.remove();
    }
    const close = element('button', { type: 'button', 'aria-label': 'Close this line' }, '×');
    const line = element('p', { class: `notice ${kind}` }, element('span', {}, text), close);
    line.dataset.text = text;
    close.addEventListener('click', () => line.remove());
    this.place.append(line);
  }

  clear(): void {
    this.place.replaceChildren();
  }
}
