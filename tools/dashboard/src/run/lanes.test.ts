import { describe, expect, it } from 'vitest';
import { openRecord } from '../record/open.ts';
import { demoRecord } from '../testing/fixture.ts';
import { cellTowards, kindOf, lanesOf } from './lanes.ts';
import { livesOf } from './phases.ts';
import { tellStory } from './story.ts';

const record = openRecord(await demoRecord());
const story = tellStory(record);
const lanes = lanesOf(record, story);

describe('the timeline', () => {
  it('has every happening in exactly one lane', () => {
    const placed = lanes.flatMap(({ cells }) => [...cells.values()].flat());
    expect(placed).toHaveLength(story.length);
    expect(new Set(placed).size).toBe(story.length);
  });

  it('shows the most important of what happened at once', () => {
    const vera = lanes.find(({ name }) => name === 'vera');
    expect(vera?.cells.get(14)?.length).toBeGreaterThan(1);
    expect(kindOf(vera?.cells.get(14) ?? [])).toBe('conviction');
    expect(vera?.cells.get(15)?.map(({ target }) => target)).toContain('mike');
  });

  it('leads by arrow keys to every mark, and stops at the ends', () => {
    const seen = new Set<string>();
    for (const lane of lanes) {
      let place = { lane: lane.name, block: lane.blocks[0] ?? 0 };
      for (;;) {
        seen.add(`${place.lane}/${place.block}`);
        const next = cellTowards(lanes, place, 'ArrowRight');
        if (next === undefined) break;
        expect(cellTowards(lanes, next, 'ArrowLeft')).toEqual(place);
        place = next;
      }
      expect(cellTowards(lanes, place, 'Home')?.block).toBe(lane.blocks[0]);
    }
    expect(seen.size).toBe(lanes.reduce((sum, { blocks }) => sum + blocks.length, 0));
    const [first] = lanes;
    expect(
      cellTowards(lanes, { lane: first?.name ?? '', block: first?.blocks[0] ?? 0 }, 'ArrowUp'),
    ).toBeUndefined();
  });

  it('tells the life of a request without a gap', () => {
    const lives = livesOf(record);
    expect(lives.map(({ name, end }) => [name, end?.state, end?.block])).toEqual([
      ['seven', 'settled', 15],
      ['three', 'settled', 14],
      ['eight', 'settled', 24],
    ]);
    for (const { stretches, end } of lives) {
      for (const [index, { to }] of stretches.entries()) {
        expect(to).toBe(stretches[index + 1]?.from ?? end?.block);
      }
    }
    expect(lives[2]?.stretches.map(({ phase }) => phase)).toEqual([
      'waiting',
      'working',
      'window',
      'disputed',
      'waiting',
      'working',
      'window',
    ]);
  });
});
