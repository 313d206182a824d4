/** The Worker: it trains, and draws the worlds. The page only shows what it is told. */
import type { News, Request } from './messages';
import { Studio } from './worker/studio';

/** The part of a Worker's scope that is used here. */
interface Scope {
  postMessage(news: News, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
}

const scope = globalThis as unknown as Scope;
const studio = new Studio((news, transfer = []) => scope.postMessage(news, transfer));
scope.onmessage = ({ data }) => studio.handle(data);
// For the console of the browser, and for tests that take the device away.
Reflect.set(globalThis, 'studio', studio);
