/** The rendered test pages: varied layouts, with texts that no calibration set has. */
import type { Page, Sheet } from './sheet.ts';
import { createSheet } from './sheet.ts';

/** Draws a page. The same pixels on every machine. */
export type Layout = () => Page;

/** Writes lines under each other. Returns the baseline after the last. */
const paragraph = (
  sheet: Sheet,
  lines: readonly string[],
  x: number,
  y: number,
  step: number,
): number => {
  lines.forEach((line, index) => {
    sheet.text(line, x, y + index * step);
  });
  return y + lines.length * step;
};

/** Rows of cells; a column is an `x` and what `x` is of the text. */
const rows = (
  sheet: Sheet,
  columns: readonly (readonly [number, 'left' | 'right'])[],
  cells: readonly (readonly string[])[],
  y: number,
  step: number,
): number => {
  cells.forEach((row, index) => {
    row.forEach((cell, column) => {
      const [x, align] = columns[column] ?? [0, 'left'];
      if (cell !== '') sheet.text(cell, x, y + index * step, { align });
    });
  });
  return y + cells.length * step;
};

const receipt: Layout = () => {
  const sheet = createSheet(480, 640, { face: 'mono', size: 24 });
  sheet.text('THE CORNER SHOP', 240, 50, { face: 'mono-bold', size: 34, align: 'centre' });
  sheet.text('14 Harbour Street', 240, 88, { align: 'centre' });
  sheet.text('Tel 01632 960114', 240, 120, { align: 'centre' });
  sheet.rule(30, 450, 142, 2);
  const cells = [
    ['Bread', '1.85'],
    ['Butter 250g', '2.40'],
    ['Apples 1kg', '3.15'],
    ['Orange juice', '2.99'],
    ['Coffee beans', '7.50'],
    ['Dark chocolate', '1.20'],
  ] as const;
  const after = rows(
    sheet,
    [
      [30, 'left'],
      [450, 'right'],
    ],
    cells,
    180,
    40,
  );
  sheet.rule(30, 450, after - 16, 2);
  sheet.text('TOTAL', 30, after + 26, { face: 'mono-bold', size: 30 });
  sheet.text('19.09', 450, after + 26, { face: 'mono-bold', size: 30, align: 'right' });
  sheet.text('Card ending 4417', 30, after + 72);
  sheet.text('12/03/2024 17:42', 30, after + 108);
  sheet.text('Thank you!', 240, after + 160, { face: 'mono-bold', size: 28, align: 'centre' });
  return sheet.page();
};

const letter: Layout = () => {
  const sheet = createSheet(640, 640, { face: 'serif', size: 24 });
  sheet.text('Alderman & Finch', 590, 60, { align: 'right', size: 30 });
  sheet.text('Solicitors', 590, 92, { align: 'right', face: 'serif-italic' });
  sheet.text('9 October 2023', 50, 150);
  sheet.text('Dear Mrs Whitcombe,', 50, 205);
  const after = paragraph(
    sheet,
    [
      'Thank you for your visit on Tuesday. We have',
      'now read the lease and found nothing that need',
      'delay the sale. Two questions remain open: who',
      'repairs the garden wall, and whether the boiler',
      'was serviced last winter. Please send us both',
      'answers in writing before the end of the month.',
    ],
    50,
    255,
    40,
  );
  sheet.text('Yours sincerely,', 50, after + 20);
  sheet.text('Rosalind Finch', 50, after + 80, { face: 'serif-italic', size: 28 });
  return sheet.page();
};

const invoice: Layout = () => {
  const sheet = createSheet(640, 560, { size: 22 });
  sheet.text('INVOICE', 40, 66, { face: 'sans-bold', size: 42 });
  sheet.text('No. 2024-0387', 600, 50, { align: 'right' });
  sheet.text('Due 30 April 2024', 600, 82, { align: 'right' });
  sheet.box([40, 112, 600, 150], [225, 228, 235]);
  const columns = [
    [50, 'left'],
    [390, 'right'],
    [590, 'right'],
  ] as const;
  rows(sheet, columns, [['Description', 'Hours', 'Amount']], 139, 40);
  rows(
    sheet,
    columns,
    [
      ['Site survey', '6', '540.00'],
      ['Drawings', '14', '1,260.00'],
      ['Structural review', '5', '475.00'],
      ['Planning meeting', '2', '180.00'],
      ['Travel', '', '62.80'],
    ],
    188,
    44,
  );
  sheet.rule(40, 600, 392, 2);
  rows(
    sheet,
    [
      [390, 'right'],
      [590, 'right'],
    ],
    [
      ['Subtotal', '2,517.80'],
      ['VAT 20%', '503.56'],
    ],
    430,
    38,
  );
  sheet.text('Total due', 390, 520, { face: 'sans-bold', size: 26, align: 'right' });
  sheet.text('3,021.36', 590, 520, { face: 'sans-bold', size: 26, align: 'right' });
  return sheet.page();
};

const businessCard: Layout = () => {
  const sheet = createSheet(560, 340, { background: [245, 240, 228], ink: [40, 50, 70] });
  sheet.text('Dr Imogen Parr', 40, 90, { face: 'serif', size: 44 });
  sheet.text('Marine Biologist', 40, 132, { face: 'serif-italic', size: 26 });
  sheet.rule(40, 520, 160, 2);
  sheet.text('Institute of Coastal Research', 40, 210, { size: 24 });
  sheet.text('+44 1632 960 733', 40, 254, { size: 24 });
  sheet.text('i.parr@coastal.example', 40, 298, { size: 24 });
  return sheet.page();
};

const timetable: Layout = () => {
  const sheet = createSheet(600, 600, { background: [252, 252, 240] });
  sheet.text('Trains to Westbury', 300, 56, { face: 'sans-bold', size: 36, align: 'centre' });
  const columns = [
    [40, 'left'],
    [300, 'left'],
    [460, 'left'],
  ] as const;
  sheet.box([30, 82, 570, 124], [30, 60, 110]);
  ['Station', 'Arrives', 'Leaves'].forEach((title, column) => {
    sheet.text(title, columns[column]?.[0] ?? 0, 112, {
      face: 'sans-bold',
      size: 24,
      colour: [255, 255, 255],
    });
  });
  rows(
    sheet,
    columns,
    [
      ['Millbrook', '06:12', '06:14'],
      ['Oakham Road', '06:31', '06:32'],
      ['Saint Helens', '06:47', '06:50'],
      ['Ferndale', '07:05', '07:06'],
      ['Kings Heath', '07:19', '07:21'],
      ['Upper Wick', '07:38', '07:39'],
      ['Dunmore', '07:52', '07:55'],
      ['Westbury', '08:10', ''],
    ],
    166,
    50,
  );
  sheet.text('Not on Sundays', 300, 576, { size: 20, align: 'centre' });
  return sheet.page();
};

const sign: Layout = () => {
  const sheet = createSheet(640, 420, { background: [16, 84, 60], ink: [250, 250, 245] });
  sheet.text('PUBLIC LIBRARY', 320, 96, { face: 'sans-bold', size: 60, align: 'centre' });
  sheet.rule(60, 580, 126, 4);
  sheet.text('Monday to Friday', 70, 190, { size: 34 });
  sheet.text('9.30 - 18.00', 570, 190, { size: 34, align: 'right' });
  sheet.text('Saturday', 70, 250, { size: 34 });
  sheet.text('10.00 - 16.00', 570, 250, { size: 34, align: 'right' });
  sheet.text('Sunday', 70, 310, { size: 34 });
  sheet.text('closed', 570, 310, { size: 34, align: 'right' });
  sheet.text('Please leave bicycles outside', 320, 384, { size: 28, align: 'centre' });
  return sheet.page();
};

const article: Layout = () => {
  const sheet = createSheet(640, 640, { face: 'serif', size: 21 });
  sheet.text('The River Returns', 320, 64, { size: 44, align: 'centre' });
  sheet.text('by our correspondent', 320, 100, { face: 'serif-italic', align: 'centre' });
  paragraph(
    sheet,
    [
      'Forty years ago no fish lived in the lower valley.',
      'The mills had closed, yet the water stayed brown,',
      'and children were told to keep away from it. Today',
      'anglers stand on both banks and otters hunt below',
      'the old bridge. What changed was not one great act',
      'but hundreds of small ones: a drain sealed, a weir',
      'lowered, willows planted where cattle once drank.',
      'The council spent less on all of it than on a single',
      'mile of road. "We only stopped doing harm," says',
      'the engineer in charge. "The river did the rest."',
      'Salmon were counted again in 2019, eleven of them;',
      'last autumn there were more than six hundred.',
    ],
    50,
    158,
    39,
  );
  return sheet.page();
};

const form: Layout = () => {
  const sheet = createSheet(640, 600, { size: 22 });
  sheet.text('Application for a Parking Permit', 40, 60, { face: 'sans-bold', size: 30 });
  const fields = [
    ['Surname', 'Okonkwo'],
    ['First name', 'Benedict'],
    ['Address', '27 Larch Avenue'],
    ['Postcode', 'QX4 7ZD'],
    ['Vehicle', 'Grey estate car'],
    ['Registration', 'BV68 KLE'],
    ['Valid from', '01.07.2024'],
  ] as const;
  fields.forEach(([label, value], index) => {
    const y = 128 + index * 58;
    sheet.text(label, 40, y);
    sheet.rule(220, 600, y + 10);
    sheet.text(value, 230, y, { face: 'mono', size: 26, colour: [20, 40, 140] });
  });
  sheet.text('Fee paid: 45.00 in cash', 40, 560);
  return sheet.page();
};

const menu: Layout = () => {
  const sheet = createSheet(560, 640, {
    background: [255, 250, 238],
    ink: [90, 30, 30],
    face: 'serif',
    size: 24,
  });
  sheet.text('Supper', 280, 70, { face: 'serif-italic', size: 52, align: 'centre' });
  rows(
    sheet,
    [
      [50, 'left'],
      [510, 'right'],
    ],
    [
      ['Leek and potato soup', '6.50'],
      ['Smoked trout on rye', '9.00'],
      ['Roast chicken, lemon', '16.50'],
      ['Mushroom risotto', '14.00'],
      ['Lamb with white beans', '19.75'],
      ['Baked aubergine', '13.50'],
      ['Plum crumble', '7.25'],
      ['Vanilla ice cream', '5.00'],
    ],
    140,
    54,
  );
  sheet.text('Ask us about allergies', 280, 606, { face: 'serif-italic', align: 'centre' });
  return sheet.page();
};

const parcelLabel: Layout = () => {
  const sheet = createSheet(560, 480, { size: 26 });
  sheet.box([20, 20, 540, 24], [0, 0, 0]);
  sheet.box([20, 456, 540, 460], [0, 0, 0]);
  sheet.text('PRIORITY', 40, 80, { face: 'sans-bold', size: 46 });
  sheet.text('2.4 kg', 520, 76, { face: 'mono-bold', size: 34, align: 'right' });
  sheet.rule(20, 540, 104, 3);
  sheet.text('From: Hollis Instruments', 40, 146, { size: 22 });
  sheet.text('Unit 5, Beacon Park', 40, 178, { size: 22 });
  sheet.rule(20, 540, 200, 3);
  sheet.text('Mr Tomas Lindqvist', 40, 256, { face: 'sans-bold', size: 34 });
  sheet.text('Flat 3, 118 Quayside', 40, 304, { size: 32 });
  sheet.text('GATESHEAD', 40, 352, { face: 'sans-bold', size: 36 });
  sheet.text('NE8 3XQ', 520, 352, { face: 'sans-bold', size: 36, align: 'right' });
  sheet.text('JD0046 0012 9937 4485', 280, 424, { face: 'mono', size: 32, align: 'centre' });
  return sheet.page();
};

const twoColumns: Layout = () => {
  const sheet = createSheet(640, 520, { face: 'sans', size: 20 });
  sheet.text('Notice to Residents', 320, 56, { face: 'sans-bold', size: 34, align: 'centre' });
  const left = [
    'Water will be off on',
    'Thursday 6 June from',
    '8 am until noon while',
    'the main valve in the',
    'cellar is replaced.',
    'Fill a few bottles the',
    'evening before.',
  ];
  const right = [
    'The lift is inspected on',
    'Friday. Use the stairs',
    'between 2 pm and 5 pm.',
    'Bins go out one day',
    'later than usual in the',
    'week of the holiday.',
    'The caretaker, flat 1A',
  ];
  paragraph(sheet, left, 40, 120, 52);
  paragraph(sheet, right, 350, 120, 52);
  return sheet.page();
};

const measurements: Layout = () => {
  const sheet = createSheet(600, 520, { face: 'mono', size: 24, background: [236, 236, 236] });
  sheet.text('Sensor log B-7', 40, 56, { face: 'mono-bold', size: 32 });
  rows(
    sheet,
    [
      [40, 'left'],
      [330, 'right'],
      [560, 'right'],
    ],
    [
      ['time', 'temp', 'pressure'],
      ['00:00', '-3.82', '1013.25'],
      ['04:00', '-5.17', '1011.90'],
      ['08:00', '-1.46', '1010.04'],
      ['12:00', '+6.93', '1008.71'],
      ['16:00', '+8.20', '1007.36'],
      ['20:00', '+2.75', '1009.88'],
      ['24:00', '-0.61', '1012.49'],
    ],
    114,
    50,
  );
  return sheet.page();
};

const poster: Layout = () => {
  const sheet = createSheet(480, 640, { background: [30, 24, 52], ink: [255, 214, 92] });
  sheet.text('WINTER', 240, 110, { face: 'sans-bold', size: 84, align: 'centre' });
  sheet.text('CONCERT', 240, 190, { face: 'sans-bold', size: 68, align: 'centre' });
  sheet.rule(80, 400, 220, 3);
  sheet.text('Brahms · Elgar · Holst', 240, 276, {
    face: 'serif-italic',
    size: 32,
    align: 'centre',
  });
  sheet.text('Saturday 14 December', 240, 350, { size: 30, align: 'centre' });
  sheet.text('7.30 pm', 240, 398, { size: 30, align: 'centre' });
  sheet.text('Town Hall, Skelby', 240, 446, { size: 30, align: 'centre' });
  sheet.text('Tickets 12 and 8', 240, 530, { face: 'mono', size: 28, align: 'centre' });
  sheet.text('under sixteen free', 240, 572, { face: 'mono', size: 28, align: 'centre' });
  return sheet.page();
};

const prescription: Layout = () => {
  const sheet = createSheet(560, 420, { face: 'sans', size: 22, background: [250, 255, 250] });
  sheet.text('Hartwell Pharmacy', 40, 60, { face: 'sans-bold', size: 32, colour: [0, 90, 60] });
  sheet.rule(40, 520, 80, 2);
  sheet.text('Ms Aurelia Dunn', 40, 128, { face: 'sans-bold', size: 26 });
  sheet.text('born 22/11/1979', 520, 128, { align: 'right' });
  sheet.text('Amoxicillin 500 mg capsules', 40, 190, { size: 26 });
  sheet.text('Take ONE three times a day', 40, 238);
  sheet.text('with water, for seven days.', 40, 276);
  sheet.text('21 capsules', 40, 330);
  sheet.text('Keep out of reach of children', 280, 388, { face: 'serif-italic', align: 'centre' });
  return sheet.page();
};

/** All rendered test pages, by name. */
export const LAYOUTS = {
  receipt,
  letter,
  invoice,
  'business-card': businessCard,
  timetable,
  sign,
  article,
  form,
  menu,
  'parcel-label': parcelLabel,
  'two-columns': twoColumns,
  measurements,
  poster,
  prescription,
} as const satisfies Record<string, Layout>;

export type LayoutName = keyof typeof LAYOUTS;
