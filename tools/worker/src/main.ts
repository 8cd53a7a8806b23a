/** `node --import tsx tools/worker/src/main.ts CONFIG`: a worker until SIGINT or SIGTERM; logs on stderr. */
import { pino } from 'pino';
import { readWorkerConfig } from './config.ts';
import { ConfigError } from './config-file.ts';
import { runWorker } from './run-daemon.ts';

const [file] = process.argv.slice(2);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopping.abort());
}
try {
  if (file === undefined) throw new ConfigError('give the path of a config file');
  const settings = await readWorkerConfig(file);
  const logger = pino({ name: 'worker', level: settings.logLevel }, pino.destination(2));
  await runWorker(settings, { logger, signal: stopping.signal });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
