/** What others use of the benchmarks. */
export * from './gate/index.ts';
