/** `npm run economy`: what every attack costs and gains, by the parameters of the released runtime. */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { endEmbedded } from '@veritrace/harness';
import { Command } from 'commander';
import { atLeast, runCommand } from './command.ts';
import { readEconomy } from './economy/read.ts';
import { ASSUMED, renderMarkdown, renderTable, tableOf, withTables } from './economy/table.ts';
import { ECONOMY_PAGE, ROOT } from './paths.ts';

const options = new Command('economy')
  .description('derives cost and expected gain of every attack from the runtime’s parameters')
  .option('--preset <name>', 'the genesis preset whose parameters are taken', 'local')
  .option(
    '--tickets <share>',
    'the attacker’s share of tickets',
    atLeast(0, false),
    ASSUMED.tickets,
  )
  .option(
    '--validators <share>',
    'the attacker’s share of validators',
    atLeast(0, false),
    ASSUMED.validators,
  )
  .option('--write', 'write the tables into the documentation, too', false)
  .option('--json', 'print one JSON document', false)
  .parse()
  .opts<{
    preset: string;
    tickets: number;
    validators: number;
    write: boolean;
    json: boolean;
  }>();

await runCommand(async () => {
  const { preset, tickets, validators, write, json } = options;
  try {
    const table = tableOf(await readEconomy(preset), undefined, { tickets, validators });
    process.stdout.write(json ? `${JSON.stringify(table, null, 2)}\n` : `${renderTable(table)}\n`);
    if (write) {
      const page = resolve(ROOT, ECONOMY_PAGE);
      writeFileSync(page, withTables(readFileSync(page, 'utf8'), renderMarkdown(table)));
      process.stderr.write(`Written: ${relative(process.cwd(), page)}\n`);
    }
    const paying = table.rows.filter(({ expectations }) => expectations.some((one) => one >= 0));
    for (const { id } of paying) process.stderr.write(`${id} pays\n`);
    return paying.length === 0 ? 0 : 1;
  } finally {
    await endEmbedded();
  }
});
