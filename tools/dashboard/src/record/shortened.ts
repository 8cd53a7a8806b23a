/** An address or a digest, short enough for a sentence: `5D7F54…4Pzp`. */
export const shortened = (address: string): string =>
  address.length > 14 ? `${address.slice(0, 6)}…${address.slice(-4)}` : address;
