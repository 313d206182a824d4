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
 * The `count` names most like `word`, nearest first: names whose words begin with its letters ("lr"
 * for "learningRate"), names that contain it, then by edit distance, which counts half for names
 * that it is a shortened form of. Case, dashes and underscores do not count.
 */
export function nearestNames(word: string, names: readonly string[], count = 3): string[] {
  const wanted = plain(word);
  const rank = (name: string): number => {
    const candidate = plain(name);
    if (wanted !== '' && wanted === initials(name)) return -1;
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

/** Share of a word's letters that may be wrong for it still to be taken for another. */
const WRONG_SHARE = 0.4;

/** The name that `word` was most likely meant to be; undefined where none is similar. */
export function similarName(word: string, names: readonly string[]): string | undefined {
  const wanted = plain(word);
  const wrong = (name: string): number => distance(wanted, plain(name));
  const nearest = [...names].sort((a, b) => wrong(a) - wrong(b))[0];
  const similar = nearest !== undefined && wrong(nearest) <= WRONG_SHARE * wanted.length;
  return similar ? nearest : undefined;
}

/** "lr" of "learningRate" and of "--learning-rate". */
function initials(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').split(/[-_\s]+/);
  return words.map((word) => word.charAt(0).toLowerCase()).join('');
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}
