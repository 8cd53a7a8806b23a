/** Addresses of the loopback interface: what is asked there, and answered, stays on the machine. */
export const LOOPBACK = ['127.0.0.1', '::1'] as const;

/** Where a sidecar listens. */
export interface Listen {
  host: (typeof LOOPBACK)[number];
  /** 0 takes one that is free. */
  port: number;
}

/** Where off-chain workers ask unless they are told otherwise. */
export const DEFAULT_PORT = 8931;
