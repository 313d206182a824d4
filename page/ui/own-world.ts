/** The part of the page in which a world is written; its editor is loaded when it is opened. */
import type { WorldEditor } from '../editor/editor';
import type { Mistake, OwnWorld, RunFacts } from '../messages';
import { byId } from './elements';

export class OwnWorldPart {
  private readonly part = byId('own-world', HTMLDetailsElement);
  private readonly place = byId('editor', HTMLElement);
  private editor: WorldEditor | undefined;
  private loading: Promise<void> | undefined;
  /** What the editor shows when it is opened: a world, or the id of a built-in one. */
  private world: OwnWorld | string | undefined;
  private mistakes: readonly Mistake[] = [];
  /** What the editor wants to train in. */
  private written: OwnWorld | undefined;
  /** What a link or the form wants to train in, and no text of the editor. */
  private asked: OwnWorld | string | undefined;

  /**
   * @param train begins a run, and returns whether it does
   * @param fail called with what keeps the editor from opening
   */
  constructor(
    private readonly train: (world: OwnWorld) => boolean,
    private readonly fail: (message: string) => void,
  ) {
    this.part.addEventListener('toggle', () => {
      if (this.part.open) void this.load();
    });
  }

  /** Whether somebody sees the mistakes here. */
  get isOpen(): boolean {
    return this.editor !== undefined && this.part.open;
  }

  /** Somebody wants to train in a world. */
  ask(environment: OwnWorld | string): void {
    this.asked = environment === this.written ? undefined : environment;
  }

  /** A run has begun. */
  begin({ environment, world }: RunFacts): void {
    this.mistakes = [];
    this.world = world ?? environment;
    this.editor?.begin(this.world);
  }

  /** Shows what is wrong in the world that somebody wanted to train in, and opens for it. */
  showMistakes(mistakes: readonly Mistake[]): void {
    this.mistakes = mistakes;
    if (this.asked !== undefined) this.world = this.asked;
    if (this.editor && this.asked !== undefined) this.editor.show(this.asked);
    this.editor?.showMistakes(mistakes);
    this.part.open = true;
  }

  /** Something else went wrong. */
  stop(): void {
    this.editor?.stop();
  }

  private trainIn(world: OwnWorld): boolean {
    this.written = world;
    return this.train(world);
  }

  private async load(): Promise<void> {
    this.loading ??= import('../editor/editor').then(
      ({ WorldEditor }) => {
        this.editor = new WorldEditor(this.place, (world) => this.trainIn(world));
        this.editor.show(this.world);
        if (this.mistakes.length > 0) this.editor.showMistakes(this.mistakes);
      },
      (error: Error) => {
        this.loading = undefined;
        this.part.open = false;
        this.fail(`The editor cannot be loaded: ${error.message}`);
      },
    );
    await this.loading;
  }
}
