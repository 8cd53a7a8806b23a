/** Patterns of metric names. */

/** `*` is any text without a slash, `**` any text; everything else is itself. */
export const matches = (pattern: string, name: string): boolean => {
  const source = pattern
    .split(/(\*+)/)
    .map((part) => {
      if (part === '*') return '[^/]*';
      if (/^\*\*+$/.test(part)) return '.*';
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`).test(name);
};

/** Which metrics are looked at. */
export interface Selection {
  /** Only those that fit one of these; all when there are none. */
  only: readonly string[];
  /** Without those that fit one of these. */
  except: readonly string[];
}

export const isSelected = ({ only, except }: Selection, name: string): boolean =>
  (only.length === 0 || only.some((pattern) => matches(pattern, name))) &&
  !except.some((pattern) => matches(pattern, name));

/**
 * Whether names that begin with `family/` may be selected, so that the family is worth collecting. A pattern with a
 * wildcard before its first slash may be for any family.
 */
export const mayBeSelected = ({ only, except }: Selection, family: string): boolean =>
  (only.length === 0 ||
    only.some((pattern) => {
      const [first = ''] = pattern.split('/');
      return first.includes('**') || matches(first, family);
    })) &&
  !except.some((pattern) => pattern === `${family}/**` || pattern === '**');
