/** JSON whose integers may be larger than a double holds, as genesis configurations have. */

const mark = 'integer:';

/** A genesis configuration, or a part of one. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Reads JSON; integers of 16 digits and more become bigints. */
export const parseJson = (text: string): Json =>
  JSON.parse(
    text.replace(/(?<=[:[,]\s*)\d{16,}(?=\s*[,\]}])/g, (digits) => `"${mark}${digits}"`),
    (_key, value: Json) =>
      typeof value === 'string' && value.startsWith(mark)
        ? BigInt(value.slice(mark.length))
        : value,
  );

/** Writes JSON; bigints as plain integers. */
export const formatJson = (value: Json): string =>
  JSON.stringify(value, (_key, one: Json) =>
    typeof one === 'bigint' ? `${mark}${one}` : one,
  ).replace(new RegExp(`"${mark}(\\d+)"`, 'g'), '$1');

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `patch` over `base`: maps are merged key by key, everything else is replaced, `null` removes a key. */
export const mergeJson = (base: Json, patch: Json): Json => {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergeJson(merged[key] ?? {}, value);
  }
  return merged;
};
