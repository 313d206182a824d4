/** What an error offers when a name is not known. */

import { distance } from 'fastest-levenshtein';

/** Words this long hardly have all their letters in another name, in their order, by chance. */
const TELLING = 5;

/** Whether all letters of a word occur in a name in their order: maxSteps in maxEpisodeSteps. */
function isSpread(word: string, name: string): boolean {
  let place = 0;
  for (const letter of name) if (letter === word[place]) place += 1;
  return word.length >= TELLING && place === word.length;
}

/**
 * The `count` names most like `word`, nearest first: names that contain it, then by edit distance, which
 * counts half for names that it is a shortened form of. Case, dashes and underscores do not count.
 */
export function nearestNames(word: string, names: readonly string[], count = 3): string[] {
  const wanted = plain(word);
  const rank = (name: string): number => {
    const candidate = plain(name);
    const contained = wanted !== '' && candidate.includes(wanted);
    if (contained) return 0;
    const edits = distance(wanted, candidate);
    return isSpread(wanted, candidate) ? edits / 2 : edits;
  };
  return names
    .map((name) => ({ name, rank: rank(name), extra: Math.abs(name.length - word.length) }))
    .sort((a, b) => a.rank - b.rank || a.extra - b.extra)
    .slice(0, count)
    .map(({ name }) => name);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}
