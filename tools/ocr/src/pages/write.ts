/** `npm run pages -w @veritrace/ocr [-- FOLDER]`: makes the test pages again. */
import { callerPath } from '../caller-path.ts';
import { PAGES, writePages } from './folder.ts';

const [, , path] = process.argv;
const folder = path === undefined ? PAGES : callerPath(path);
process.stdout.write(`${await writePages(folder)} bytes in ${folder}\n`);
