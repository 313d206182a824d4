/** The names that an error suggests for an unknown one. */

import { distance } from 'fastest-levenshtein';

/** Shorter words occur in other names, letter by letter, by chance. */
const MIN_SPREAD = 5;

/** Whether all letters of a word occur in a name, in order: maxSteps in maxEpisodeSteps. */
function isSpread(word: string, name: string): boolean {
  let index = 0;
  for (const letter of name) if (letter === word[index]) index += 1;
  return word.length >= MIN_SPREAD && index === word.length;
}

/**
 * The `count` names most similar to `word`, nearest first: names with these initials ("lr" for
 * "learningRate"), then names that contain it, then by edit distance, halved if `word` is a
 * shortened form of the name. Case, dashes and underscores do not count.
 */
export function nearestNames(word: string, names: readonly string[], count = 3): string[] {
  const wanted = plainName(word);
  const rank = (name: string): number => {
    const candidate = plainName(name);
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

/** Largest edit distance of similar names, as a share of the word's length. */
const WRONG_SHARE = 0.4;

/** The name that `word` is most likely a misspelling of; undefined if none is similar. */
export function similarName(word: string, names: readonly string[]): string | undefined {
  const wanted = plainName(word);
  const wrong = (name: string): number => distance(wanted, plainName(name));
  const nearest = [...names].sort((a, b) => wrong(a) - wrong(b))[0];
  const similar = nearest !== undefined && wrong(nearest) <= WRONG_SHARE * wanted.length;
  return similar ? nearest : undefined;
}

/** "lr" for "learningRate" and for "--learning-rate". */
function initials(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').split(/[-_\s]+/);
  return words.map((word) => word.charAt(0).toLowerCase()).join('');
}

/** A name without what does not count: case, dashes, underscores and spaces. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}
