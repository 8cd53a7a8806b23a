/** Connected sets of pixels above a threshold. */

/** Pixels that touch, also at their corners, as indices into the map. */
export const components = (
  map: ArrayLike<number>,
  width: number,
  height: number,
  threshold: number,
): number[][] => {
  const seen = new Uint8Array(width * height);
  const found: number[][] = [];
  for (let start = 0; start < width * height; start++) {
    if (seen[start] === 1 || !((map[start] ?? 0) > threshold)) continue;
    seen[start] = 1;
    const pixels = [start];
    for (let next = 0; next < pixels.length; next++) {
      const pixel = pixels[next] ?? 0;
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const neighbour = v * width + u;
          if (seen[neighbour] === 1 || !((map[neighbour] ?? 0) > threshold)) continue;
          seen[neighbour] = 1;
          pixels.push(neighbour);
        }
      }
    }
    found.push(pixels);
  }
  return found;
};
