/** What an error offers when a name is not known. */

import { distance } from 'fastest-levenshtein';

/**
 * The `count` names most like `word`, nearest first: names that contain it, then by edit distance.
 * Case, dashes and underscores do not count.
 */
export function nearestNames(word: string, names: readonly string[], count = 3): string[] {
  const wanted = plain(word);
  const rank = (name: string): number => {
    const candidate = plain(name);
    const contained = wanted !== '' && candidate.includes(wanted);
    return contained ? 0 : distance(wanted, candidate);
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
