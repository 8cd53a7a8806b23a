/** Ctrl-C: the first ends what runs in good order, the second ends the process. */

/** The run was ended from outside. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('interrupted; everything that was started has been stopped');
  }
}

/** A signal that aborts on SIGINT and SIGTERM. Call `release` when there is nothing left to end. */
export const onInterrupt = (): { signal: AbortSignal; release(): void } => {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\nstopping, a second Ctrl-C ends at once\n');
    controller.abort(new Interrupted());
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupt);
    },
  };
};
