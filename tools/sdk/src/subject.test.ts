import { describe, expect, it } from 'vitest';
import {
  nodeSubject,
  pageSubject,
  parseSubject,
  subjectArgument,
  subjectName,
  subjectText,
} from './subject.ts';

describe('a subject', () => {
  it('has a name that leads back to it', () => {
    for (const subject of [nodeSubject(0), nodeSubject(16_383), pageSubject(15)]) {
      expect(parseSubject(subjectName(subject))).toEqual(subject);
    }
    for (const name of ['', '5', 'node', 'node:', 'leaf:3', 'node:5 ', 'page:x']) {
      expect(parseSubject(name)).toBeUndefined();
    }
  });

  it('is told in words, and given to the chain as its enum', () => {
    expect(subjectText(pageSubject(2))).toBe('page 2');
    expect(subjectArgument(nodeSubject(7))).toEqual({ Node: 7 });
  });
});
