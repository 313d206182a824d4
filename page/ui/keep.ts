/** Files and links of a run. */
import type { Change, FileKind, Request, RunSetup } from '../messages';
import { fragmentOf } from '../share-link';
import { byId, element } from './elements';
import type { Notices } from './notices';

const BUTTONS: readonly (readonly [id: string, kind: FileKind])[] = [
  ['save', 'checkpoint'],
  ['export-module', 'module'],
  ['export-onnx', 'onnx'],
];

export class Keep {
  private readonly fingerprint = byId('fingerprint', HTMLElement);
  private readonly share = byId('share', HTMLButtonElement);
  private setup: RunSetup | undefined;

  constructor(
    ask: (request: Request) => void,
    private readonly notices: Notices,
  ) {
    for (const [id, kind] of BUTTONS) {
      byId(id, HTMLButtonElement).addEventListener('click', () => ask({ type: 'file', kind }));
    }
    const file = byId('load', HTMLInputElement);
    file.addEventListener('change', async () => {
      const [chosen] = file.files ?? [];
      if (!chosen) return;
      ask({ type: 'load', bytes: new Uint8Array(await chosen.arrayBuffer()) });
      // The same file can be chosen again.
      file.value = '';
    });
    this.share.addEventListener('click', () => void this.copyLink());
  }

  /** @param setup undefined for a run that came from a file */
  begin(setup: RunSetup | undefined): void {
    this.setup = setup;
    this.share.disabled = setup === undefined;
    this.forgetFingerprint();
    this.showLink();
  }

  /** Takes over a new change, so that the link repeats it. */
  add(change: Change): void {
    const { setup } = this;
    if (!setup) return;
    this.setup = { ...setup, changes: [...setup.changes, change] };
    this.showLink();
  }

  /** The parameters change. */
  forgetFingerprint(): void {
    this.fingerprint.textContent = '';
  }

  showFingerprint(iteration: number, hash: string): void {
    if (hash === '') return;
    const code = element('code', { title: hash }, hash.slice(0, 12));
    code.dataset.hash = hash;
    code.dataset.iteration = String(iteration);
    const text = `Parameters after iteration ${iteration}: `;
    this.fingerprint.replaceChildren(text, code);
  }

  /** Hands a file to the browser, which saves it. */
  download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    const link = element('a', { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  /** The address at the top is that of the run at hand. */
  private showLink(): void {
    const { setup } = this;
    const address = setup ? `#${fragmentOf(setup)}` : location.pathname;
    history.replaceState(null, '', address);
  }

  private async copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      this.notices.show('note', 'The link is copied: it repeats this run from its beginning.');
    } catch {
      this.notices.show('note', 'The link is the address of this page: copy it from there.');
    }
  }
}
