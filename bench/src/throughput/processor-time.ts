/** Processor time of processes and of the machine. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICKS = 100;

/** Seconds of processor time in a line of `/proc/PID/stat`. The name in it may hold spaces and parentheses. */
export const secondsInStat = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime and stime are the 14th and 15th field of all, and the state, here the first, is the third.
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};

/** Seconds in `ps`'s time: `[days-]hours:minutes:seconds`, or `minutes:seconds.hundredths`. */
export const secondsInPs = (text: string): number => {
  const [rest = '', days = '0'] = text.trim().split('-').reverse();
  const within = rest.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + within;
};

const secondsOf = (pid: number): number | undefined => {
  try {
    return secondsInStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // No such process, or no such file system.
  }
  try {
    const ps = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return secondsInPs(ps);
  } catch {
    return undefined;
  }
};

/** Seconds since the machine began that its cores had something to do. */
const busySeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) /
  1000;

export interface ProcessorUse {
  /** Cores that each process had to itself, by name: 1 is one core all the time. */
  processes: Record<string, number>;
  /** The share of all cores that were busy, whoever made them. */
  machine: number;
}

/** Begins to count; what is returned tells of the time since. */
export const watchProcessors = (pids: ReadonlyMap<string, number>): (() => ProcessorUse) => {
  const began = performance.now();
  const before = new Map([...pids].map(([name, pid]) => [name, secondsOf(pid)]));
  const busyBefore = busySeconds();
  return () => {
    const seconds = (performance.now() - began) / 1000;
    const processes: Record<string, number> = {};
    for (const [name, pid] of pids) {
      const [then, now] = [before.get(name), secondsOf(pid)];
      if (then !== undefined && now !== undefined) processes[name] = (now - then) / seconds;
    }
    return { processes, machine: (busySeconds() - busyBefore) / seconds / cpus().length };
  };
};
