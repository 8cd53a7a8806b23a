/** Tables as text: columns as wide as their widest cell, numbers to the right. */

const isNumeric = (cell: string): boolean => /^[-–]?[\d.,]*\d?( ?[%×])?$/.test(cell);

/** Rows under titles. A column is set to the right when every cell of it is a number or empty. */
export const textTable = (
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string => {
  const columns = titles.map((title, index) => {
    const cells = rows.map((row) => row[index] ?? '');
    const width = Math.max(title.length, ...cells.map((cell) => cell.length));
    return { width, right: index > 0 && cells.every(isNumeric) };
  });
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ width, right }, index) => {
        const cell = cells[index] ?? '';
        return right ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(titles), ...rows.map(line)].join('\n');
};

/** Three significant digits, without an exponent; a dash for nothing. */
export const figure = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', {
    minimumFractionDigits: Math.min(digits, 6),
    maximumFractionDigits: Math.min(digits, 6),
  });
};

/** A whole number, in groups of three. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en');
