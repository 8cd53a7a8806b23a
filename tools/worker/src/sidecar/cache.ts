/** Values by key up to a number of bytes, the least recently used dropped first. The newest is always kept. */
export interface Cache<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value, bytes: number): void;
  drop(key: string): void;
}

export const createCache = <Value>(maxBytes: number): Cache<Value> => {
  const held = new Map<string, { value: Value; bytes: number }>();
  let total = 0;
  const drop = (key: string): void => {
    total -= held.get(key)?.bytes ?? 0;
    held.delete(key);
  };
  return {
    get: (key) => {
      const found = held.get(key);
      if (found === undefined) return undefined;
      // A map keeps the order of insertion: put back, it is the youngest.
      held.delete(key);
      held.set(key, found);
      return found.value;
    },
    put: (key, value, bytes) => {
      drop(key);
      held.set(key, { value, bytes });
      total += bytes;
      for (const oldest of held.keys()) {
        if (total <= maxBytes || oldest === key) break;
        drop(oldest);
      }
    },
    drop,
  };
};
