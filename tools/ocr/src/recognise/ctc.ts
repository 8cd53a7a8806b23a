/** From the recogniser's steps to text. */
import type { Steps } from '../engine.ts';

export interface DecodedText {
  text: string;
  /** Mean probability of the characters kept; absent where steps have none. */
  score?: number;
}

/**
 * Greedy decoding of connectionist temporal classification: of equal classes in a row one is kept, and the blank, class
 * 0, is left out, so that a doubled letter needs a blank in between. Throws a `RangeError` for a class without a key.
 */
export const decodeSteps = ({ classes, scores }: Steps, keys: readonly string[]): DecodedText => {
  let [text, sum, kept] = ['', 0, 0];
  classes.forEach((found, step) => {
    if (found === 0 || (step > 0 && found === classes[step - 1])) return;
    const key = keys[found];
    if (key === undefined) throw new RangeError(`class ${found} is none of ${keys.length}`);
    text += key;
    sum += scores?.[step] ?? 0;
    kept++;
  });
  return scores === undefined ? { text } : { text, score: kept === 0 ? 0 : sum / kept };
};
