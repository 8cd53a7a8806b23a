/** `npm run pages -w @veritrace/ocr [-- FOLDER]`: makes the test pages again. */
import { PAGES, writePages } from './folder.ts';

const folder = process.argv[2] ?? PAGES;
process.stdout.write(`${await writePages(folder)} bytes in ${folder}\n`);
