import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoRecord } from '../testing/fixture.ts';
import type { Content } from './files.ts';
import { openRecord } from './open.ts';
import { UnusableRecord } from './problem.ts';

const demo = await demoRecord();

const changed = (name: string, change: (text: string) => string) => {
  const files = new Map<string, Content>(demo.files);
  files.set(name, change(String(files.get(name))));
  return { name: 'changed', files };
};

describe('opening a record', () => {
  it('reads a real one without a problem', () => {
    const record = openRecord(demo);
    expect(record.problems).toEqual([]);
    expect(record.blocks).toHaveLength(24);
    expect(record.events.length).toBeGreaterThan(300);
    expect(record.disputes?.map(({ leaves }) => leaves)).toEqual(['WFFFFFFT', 'TTTTTWFT']);
    expect(record.models.map(({ name }) => name).sort()).toEqual(['digits-cnn', 'digits-mlp']);
  });

  it('calls everyone by name, also where the record has no list of accounts', () => {
    const without = { ...demo, files: new Map(demo.files) };
    without.files.delete('accounts.json');
    const [full, inferred] = [openRecord(demo), openRecord(without)];
    for (const { address, name, operator } of inferred.accounts) {
      expect(full.nameOf(address)).toBe(name);
      if (operator !== undefined) expect(full.nameOf(operator)).toBe(name);
    }
    expect(inferred.accounts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['paul', 'mallory', 'mike', 'vera', 'iris', 'treasury']),
    );
  });

  it('leaves alone what it does not know', () => {
    const files = new Map<string, Content>(demo.files);
    files.set('manifest.json', '{"new": 1}');
    const { problems } = openRecord({ name: 'newer', files });
    expect(problems).toEqual([]);
  });

  it('names the line of whatever was cut, wherever it was cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('events.jsonl', 'blocks.jsonl'),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        (name, share) => {
          const text = String(demo.files.get(name));
          const cut = text.slice(0, Math.floor(text.length * share));
          const { problems, blocks } = openRecord(changed(name, () => cut));
          const whole = cut.endsWith('\n') || text[cut.length] === '\n';
          const line = cut.split('\n').length;
          const placed = problems.filter((one) => one.line !== undefined);
          expect(placed).toEqual(
            whole ? [] : [{ file: name, line, what: expect.stringContaining('too early') }],
          );
          expect(blocks.length).toBeLessThanOrEqual(25);
        },
      ),
      // Behind a bracket inside of the line.
      { numRuns: 40, examples: [['events.jsonl', 0.18638690008139167]] },
    );
  }, 60_000);

  it('never throws anything but what can be shown, whatever is spoilt', () => {
    const names = [...demo.files.keys()].filter((name) => typeof demo.files.get(name) === 'string');
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(),
        fc.constantFrom('', '}', '"', '0', 'null', '\n', '{'),
        (name, at, put) => {
          try {
            openRecord(
              changed(name, (text) => {
                const place = at % Math.max(1, text.length);
                return text.slice(0, place) + put + text.slice(place + 1);
              }),
            );
          } catch (error) {
            expect(error).toBeInstanceOf(UnusableRecord);
            expect((error as UnusableRecord).message).toMatch(/^summary\.json/);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
