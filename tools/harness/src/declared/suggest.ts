/** Which of the allowed words was meant. */

/** Edit distance between two words, transpositions counted as two. */
export const editDistance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
};

/** The nearest allowed word within a third of its length (at least two edits); `undefined` when none is near. */
export const suggest = (word: string, allowed: readonly string[]): string | undefined => {
  let best: { word: string; distance: number } | undefined;
  for (const candidate of allowed) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(2, Math.floor(candidate.length / 3));
    if (distance <= limit && (best === undefined || distance < best.distance)) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
};

/** That a name stands for nothing, with what may have been meant and what there is. */
export const noneCalled = (what: string, word: string, known: readonly string[]): string => {
  const near = suggest(word, known);
  const meaning = near === undefined ? '' : `; did you mean "${near}"?`;
  const list = known.length === 0 ? 'none are declared' : `declared: ${known.join(', ')}`;
  return `no ${what} is called "${word}"${meaning} (${list})`;
};
