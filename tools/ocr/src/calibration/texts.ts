/** Random texts and pages for calibration, from words of their own. */

import { FACES } from '../pages/font.ts';
import type { Colour } from '../pages/raster.ts';
import { createSheet, type Page } from '../pages/sheet.ts';
import type { Random } from '../random.ts';

const WORDS = (
  'about above accept across active advice after again against agree airport almost along already always amount ' +
  'animal answer anyone appear area arrive article attempt balance basket battery because before believe between ' +
  'bicycle bottle branch bridge bright brother budget builder camera carbon castle catalogue centre chapter charge ' +
  'circle client coffee column common company compare contract corner cotton country credit culture customer damage ' +
  'decide degree deliver depend desert detail dinner direct discount doctor double drawing driver during early earth ' +
  'economy editor effort electric engine enough entry equal error evening event every example expect factory famous ' +
  'fashion feature fifteen figure filter finger flower follow foreign forest forward freedom friend future gallery ' +
  'general glass government gravity ground growth handle happen harvest health height history holiday hospital hotel ' +
  'however hundred ice image import include industry insect island item jacket journey judge jump keep kettle key ' +
  'kitchen know label language large later leader lemon letter level light limit liquid listen local machine magazine ' +
  'manager market matter measure medicine member memory message metal method middle million minute mirror modern ' +
  'moment morning mountain museum music narrow nature needle never night noise normal north notice number object ' +
  'ocean office often onion open orange order other owner package painter paper partner pattern payment people ' +
  'perfect person picture planet plastic pocket point police portrait position postage power present price printer ' +
  'private problem product project protect public purple quality quarter question quick quiet quite rabbit radio ' +
  'railway reader reason receive record region relax remember repair report result return ribbon right river rocket ' +
  'salary sample school science season second section sentence service seven shadow shelf shoulder silver simple ' +
  'sister size sleep smile social soft something south space special spoon spring square staff station steel stone ' +
  'story street strong student sugar summer supply surface system table teacher tempo theatre thing thousand ticket ' +
  'timber today together tomato tomorrow tower traffic travel treasure trouble umbrella under uniform until useful ' +
  'valley value vehicle village violin visit voice volume wait walnut warm watch weather weekend weight whale whole ' +
  'window winter woman wonder worker world writer xenon yellow yesterday young zebra zero zone'
).split(' ');

/** Every printable character of ASCII, so that none is without a sample. */
const SIGNS = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const token = (random: Random): string => {
  const roll = random.next();
  if (roll < 0.5) return random.pick(WORDS);
  if (roll < 0.65) return capital(random.pick(WORDS));
  if (roll < 0.72) return random.pick(WORDS).toUpperCase();
  if (roll < 0.8) return String(random.integer(0, 99_999));
  if (roll < 0.87) return `${random.integer(0, 999)}.${random.integer(10, 99)}`;
  if (roll < 0.91)
    return `${random.integer(10, 31)}/${random.integer(1, 12)}/${random.integer(1950, 2030)}`;
  if (roll < 0.96) return `${random.pick(WORDS)}${random.pick([',', '.', ';', ':', '!', '?'])}`;
  return Array.from({ length: random.integer(3, 8) }, () => random.pick([...SIGNS])).join('');
};

/** A line of about `length` characters, or a little more. */
export const randomText = (random: Random, length: number): string => {
  let text = token(random);
  while (text.length < length) text += ` ${token(random)}`;
  return text;
};

/** Ink and background that can be told apart. */
const colours = (random: Random): { ink: Colour; background: Colour } => {
  const shade = (from: number, to: number): Colour => [
    random.integer(from, to),
    random.integer(from, to),
    random.integer(from, to),
  ];
  const [dark, light] = [
    shade(0, 90),
    random.chance(0.5) ? ([255, 255, 255] as const) : shade(200, 255),
  ];
  return random.chance(0.85) ? { ink: dark, background: light } : { ink: light, background: dark };
};

/** A page of random lines, rows or headings. */
export const randomPage = (random: Random): Page => {
  const [width, height] = [random.integer(400, 640), random.integer(400, 640)];
  const base = random.integer(18, 28);
  const face = random.pick(FACES);
  const sheet = createSheet(width, height, { ...colours(random), face, size: base });
  let y = random.integer(40, 80);
  while (y < height - 20) {
    const kind = random.next();
    const size = kind < 0.15 ? random.integer(base + 6, 56) : base;
    y += kind < 0.15 ? size / 2 : 0;
    if (y >= height - 10) break;
    const style = { size, face: random.chance(0.8) ? face : random.pick(FACES) };
    // A character is about half an em wide; monospaced ones are wider, and may run over the edge.
    const fits = Math.floor((width - 60) / (0.56 * size));
    if (kind < 0.65) {
      const align = random.chance(0.7) ? 'left' : 'centre';
      const text = randomText(random, random.integer(3, Math.max(4, fits - 12))).slice(0, fits);
      sheet.text(text.trim(), align === 'left' ? 30 : width / 2, y, { ...style, align });
    } else {
      sheet.text(
        randomText(random, 4)
          .slice(0, Math.floor(fits / 2))
          .trim(),
        30,
        y,
        style,
      );
      sheet.text(String(random.integer(1, 99_999) / 100), width - 30, y, {
        ...style,
        align: 'right',
      });
    }
    if (random.chance(0.1)) sheet.rule(30, width - 30, Math.round(y + size * 0.5), 2);
    y += Math.round(size * random.between(1.4, 2.4));
  }
  return sheet.page();
};
