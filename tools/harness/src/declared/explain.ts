/** Turns the validator's issues into mistakes a person can act on: the offending key, what is allowed, what was meant. */
import type { z } from 'zod';
import { formatPath, type Issue, type Path } from './problem.ts';
import { suggest } from './suggest.ts';

type ZodIssue = z.core.$ZodIssue;

/** As much of a JSON Schema as is looked at here. */
export interface JsonSchema {
  type?: string;
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  required?: string[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    return isObject(value) ? value[part] : undefined;
  }, data);

/** The object schema that `value` was meant to fit: in a union, the one whose constants it has. */
const meant = (schema: JsonSchema, value: unknown): JsonSchema => {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches === undefined) return schema;
  const objects = branches.map((branch) => meant(branch, value)).filter((one) => one.properties);
  const fits = objects.find((branch) =>
    Object.entries(branch.properties ?? {}).every(
      ([key, property]) =>
        property.const === undefined || (isObject(value) && value[key] === property.const),
    ),
  );
  return fits ?? objects[0] ?? schema;
};

/** The schema of what stands at a path; of unions on the way, the branches that were meant. */
const schemaAt = (root: JsonSchema, data: unknown, path: Path): JsonSchema | undefined => {
  let schema: JsonSchema | undefined = root;
  let value = data;
  for (const part of path) {
    const around: JsonSchema = meant(schema, value);
    value = valueAt(value, [part]);
    schema =
      typeof part === 'number'
        ? around.items
        : (around.properties?.[part] ??
          (typeof around.additionalProperties === 'object'
            ? around.additionalProperties
            : undefined));
    if (schema === undefined) return undefined;
  }
  return schema;
};

const allowedKeys = (root: JsonSchema, data: unknown, path: Path): string[] => {
  const schema = schemaAt(root, data, path);
  if (schema === undefined) return [];
  return Object.keys(meant(schema, valueAt(data, path)).properties ?? {});
};

/** The branches of a union, those of unions within it included. */
const branchesOf = (schema: JsonSchema | undefined): JsonSchema[] => {
  const branches = schema?.anyOf ?? schema?.oneOf;
  if (branches === undefined) return schema === undefined ? [] : [schema];
  return branches.flatMap(branchesOf);
};

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

const kindOf = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `the ${typeof value} ${show(value)}`;
};

const expectedKinds: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const hint = (word: unknown, allowed: readonly string[]): string => {
  const near = typeof word === 'string' ? suggest(word, allowed) : undefined;
  const meaning = near === undefined ? '' : `; did you mean ${show(near)}?`;
  return allowed.length === 0 ? meaning : `${meaning} (allowed: ${allowed.join(', ')})`;
};

const wrongValue = (path: Path, value: unknown, allowed: readonly string[]): Issue => ({
  path,
  at: 'value',
  message: `${show(value)} is not allowed for ${formatPath(path)}${hint(value, allowed)}`,
});

const missing = (path: Path): Issue => ({
  path: path.slice(0, -1),
  at: 'key',
  message: `missing key ${show(String(path.at(-1)))} in ${formatPath(path.slice(0, -1))}`,
});

/** Issues of the branch of a union that the value was meant for. */
const branchOf = (
  errors: readonly (readonly ZodIssue[])[],
  value: unknown,
): readonly ZodIssue[] => {
  const fitting = errors.filter(
    (branch) =>
      !branch.some(
        (issue) =>
          issue.path.length === 0 &&
          (issue.code === 'invalid_type' || issue.code === 'invalid_value'),
      ),
  );
  if (fitting.length > 0) return fitting[0] ?? [];
  const enumerated = errors.flat().filter((issue) => issue.code === 'invalid_value');
  return typeof value === 'string' && enumerated.length > 0 ? enumerated.slice(0, 1) : [];
};

/** A word that may be written alone, or as the `kind` of a map: what words there are of each. */
const wordOrKind = (
  errors: readonly (readonly ZodIssue[])[],
  schema: JsonSchema,
  path: Path,
  data: unknown,
): { alone: string[]; mapped: Map<string, JsonSchema> } => {
  const alone = errors
    .flat()
    .flatMap((issue) =>
      issue.code === 'invalid_value' && issue.path.length === 0 ? issue.values.map(String) : [],
    );
  const mapped = new Map<string, JsonSchema>();
  for (const branch of branchesOf(schemaAt(schema, data, path))) {
    const kind = branch.properties?.kind?.const;
    if (typeof kind === 'string') mapped.set(kind, branch);
  }
  return { alone, mapped };
};

/** `{ kind: late, blocks: … }`: how a map of that kind is begun. */
const begun = (kind: string, { required = [] }: JsonSchema): string =>
  `{ kind: ${kind}${required.flatMap((key) => (key === 'kind' ? [] : [`, ${key}: …`])).join('')} }`;

const explainOne = (issue: ZodIssue, data: unknown, base: Path, schema: JsonSchema): Issue[] => {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'symbol' ? '' : part))];
  const value = valueAt(data, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = allowedKeys(schema, data, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: 'key',
        message: `unknown key ${show(key)} in ${formatPath(path)}${hint(key, allowed)}`,
      }));
    }
    case 'invalid_type':
      if (value === undefined) return [missing(path)];
      return [
        {
          path,
          at: 'value',
          message: `${formatPath(path)} must be ${expectedKinds[issue.expected] ?? issue.expected}, not ${kindOf(value)}`,
        },
      ];
    case 'invalid_value': {
      if (value === undefined) return [missing(path)];
      return [wrongValue(path, value, issue.values.map(String))];
    }
    case 'invalid_union': {
      if ('discriminator' in issue && typeof issue.discriminator === 'string') {
        const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
        if (value === undefined) {
          const [gap] = [missing(path)];
          return [{ ...gap, message: `${gap.message}${hint(undefined, options.map(String))}` }];
        }
        return [wrongValue(path, value, options.map(String))];
      }
      if (value === undefined) return [missing(path)];
      const { alone, mapped } = wordOrKind(issue.errors, schema, path, data);
      if (typeof value === 'string' && mapped.size > 0) {
        const known = mapped.get(value);
        if (known === undefined)
          return [wrongValue(path, value, [...new Set([...alone, ...mapped.keys()])])];
        return [
          {
            path,
            at: 'value',
            message: `${show(value)} does not stand alone in ${formatPath(path)}: write ${begun(value, known)}`,
          },
        ];
      }
      const branch = branchOf(issue.errors, value);
      if (branch.length > 0)
        return branch.flatMap((inner) => explainOne(inner, data, path, schema));
      const kinds = issue.errors
        .flat()
        .flatMap((inner) =>
          inner.code === 'invalid_type' && inner.path.length === 0
            ? [expectedKinds[inner.expected] ?? inner.expected]
            : [],
        );
      return [
        {
          path,
          at: 'value',
          message: `${formatPath(path)} must be ${[...new Set(kinds)].join(' or ')}, not ${kindOf(value)}`,
        },
      ];
    }
    case 'invalid_key':
      return [
        {
          path,
          at: 'key',
          message: `${show(String(path.at(-1)))} is not a name in ${formatPath(path.slice(0, -1))}: ${issue.issues.map((inner) => inner.message).join(', ')}`,
        },
      ];
    case 'too_small':
    case 'too_big':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom': {
      const text = issue.message.replace(/^./, (first) => first.toLowerCase());
      return [{ path, at: 'value', message: `${formatPath(path)} is ${show(value)}: ${text}` }];
    }
  }
};

/** Mistakes behind a validator's issues. `data` is the document as plain values, `schema` what it was to fit. */
export const explainIssues = (
  issues: readonly ZodIssue[],
  data: unknown,
  schema: JsonSchema,
): Issue[] => issues.flatMap((issue) => explainOne(issue, data, [], schema));
