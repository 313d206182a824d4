/**
 * The contestant of `npm run bench -- against`, which is built with this checkout and with an
 * earlier commit: it imports only what both have.
 */
import { parseContestant } from './arguments';
import { runContestant, throughput } from './throughput';

await runContestant('any-commit', () => throughput(parseContestant(process.argv.slice(2))));
