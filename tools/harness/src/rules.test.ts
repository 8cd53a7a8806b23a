import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const README = join(ROOT, 'pallets/disputes/README.md');
const HEADING = '## Rules and their tests';

interface Row {
  rule: string;
  /** What a test is called, and the file it is in. */
  tests: { name: string; file: string }[];
}

const rowsOf = (section: string): Row[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| Rule '))
    .map((line) => {
      const [, rule = '', tests = ''] = line.split('|').map((cell) => cell.trim());
      return {
        rule,
        tests: [...tests.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)].map(([, name = '', file = '']) => ({
          name,
          file: join(dirname(README), file),
        })),
      };
    });

/** Whether a file has a test of that name; a file named as a whole is a test itself. */
const hasTest = (name: string, file: string): boolean => {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  if (file.endsWith(`/${name}`)) return true;
  if (file.endsWith('.rs')) {
    // A function below `#[test]`, attributes between them or not; or one of a macro that makes them.
    const declared = `#\\[test\\]\\s+(?:#\\[[^\\n]*\\]\\s+)*(?:pub )?fn ${name}\\(`;
    const made = `^ +${name}: "`;
    return new RegExp(`${declared}|${made}`, 'm').test(text);
  }
  if (text.includes(`it('${name}'`)) return true;
  const each = text.split('it.each(').slice(1);
  return each.some((rest) => rest.slice(0, rest.search(/=>/)).includes(`'${name}'`));
};

describe('the rules of the protocol', () => {
  const section = readFileSync(README, 'utf8').split(HEADING)[1] ?? '';
  const rows = rowsOf(section);

  it('are there', () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  it.each(rows)('have tests: $rule', ({ tests }) => {
    expect(tests).not.toEqual([]);
    expect(tests.filter(({ name, file }) => !hasTest(name, file))).toEqual([]);
  });
});
