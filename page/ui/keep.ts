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
  private readonly files: readonly HTMLButtonElement[];
  private readonly file = byId('load', HTMLInputElement);
  private readonly share = byId('share', HTMLButtonElement);
  private setup: RunSetup | undefined;

  constructor(
    private readonly ask: (request: Request) => void,
    private readonly notices: Notices,
  ) {
    this.files = BUTTONS.map(([id, kind]) => {
      const button = byId(id, HTMLButtonElement);
      button.addEventListener('click', () => ask({ type: 'file', kind }));
      return button;
    });
    this.file.addEventListener('change', () => void this.load());
    this.share.addEventListener('click', () => void this.copyLink());
  }

  /** @param setup undefined for a run that came from a file */
  begin(setup: RunSetup | undefined): void {
    this.setup = setup;
    this.share.disabled = setup === undefined;
    this.forgetFingerprint();
    void this.showLink();
  }

  /** Files can be made while a run is under way or rests. */
  allowFiles(isAllowed: boolean): void {
    for (const button of this.files) button.disabled = !isAllowed;
  }

  /** Takes over a new change, so that the link repeats it. */
  add(change: Change): void {
    const { setup } = this;
    if (!setup) return;
    this.setup = { ...setup, changes: [...setup.changes, change] };
    void this.showLink();
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

  private async load(): Promise<void> {
    const { file } = this;
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    try {
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      this.ask({ type: 'load', bytes });
    } catch (error) {
      const { message } = error as Error;
      this.notices.show('problem', `The file ${chosen.name} cannot be read: ${message}`);
    } finally {
      // The same file can be chosen again.
      file.value = '';
    }
  }

  /** The address at the top is that of the run at hand. */
  private async showLink(): Promise<void> {
    const { setup } = this;
    const address = setup ? `#${await fragmentOf(setup)}` : location.pathname;
    // Another run, or a change, may have come meanwhile.
    if (setup === this.setup) history.replaceState(null, '', address);
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
