/** The last lines each daemon logged, for the day something goes wrong. */
import type { Logger } from '@veritrace/worker';
import { plainJson } from '../recorder/plain.ts';

export interface Logbook {
  /** A logger that passes on to another one and keeps the newest lines. */
  keeping(actor: string, logger: Logger): Logger;
  /** The newest lines of each actor, oldest first. */
  last(): { actor: string; lines: string[] }[];
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const createLogbook = (kept: number, now: () => Date = () => new Date()): Logbook => {
  const books = new Map<string, string[]>();
  return {
    keeping: (actor, logger) => {
      const lines = books.get(actor) ?? [];
      books.set(actor, lines);
      const level =
        (name: (typeof LEVELS)[number]) =>
        (fields: object, message: string): void => {
          logger[name](fields, message);
          lines.push(`${now().toISOString()} ${name} ${message} ${plainJson(fields)}`);
          if (lines.length > kept) lines.shift();
        };
      return {
        debug: level('debug'),
        info: level('info'),
        warn: level('warn'),
        error: level('error'),
      };
    },
    last: () =>
      [...books].flatMap(([actor, lines]) =>
        lines.length === 0 ? [] : [{ actor, lines: [...lines] }],
      ),
  };
};
