export type { Embedded } from '../page/data.ts';
export type { EmbeddedFiles } from '../record/files.ts';
export { type BuildOptions, builtPage } from './build.ts';
export { readRecordFolder } from './read-record.ts';
export { renderPage } from './render.ts';
export { type Served, servePage } from './serve.ts';
