/** Contestants of a few lines, run by `node -e`, that train nothing. */
import type { Command } from '../../../bench/support/child-lines';

/** Answers every block with its own rate, in steps per second. */
export function honestContestant(rate: number): Command {
  return nodeScript(`
    console.error('a library greets');
    console.log('{"not": "an event"}');
    say({ event: 'first_update' });
    say({ event: 'ready', name: 'fake', detail: 'made of ' + process.argv.length + ' words' });
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const [word, seconds] = line.split(' ');
      if (word === 'quit') process.exit(0);
      say({ event: 'block', steps: ${rate} * seconds, seconds: Number(seconds) });
    });`);
}

/** A process that runs these statements; `say(object)` prints a line of JSON. */
export function nodeScript(statements: string): Command {
  const say = 'const say = (event) => console.log(JSON.stringify(event));';
  return { argv: [process.execPath, '-e', `${say}${statements}`] };
}
