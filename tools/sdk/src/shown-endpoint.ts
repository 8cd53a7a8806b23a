/** An endpoint as it may be shown or logged: names, passwords and tokens in an address are secrets. */
export const shownEndpoint = (endpoint: string): string => {
  const bare = endpoint.replace(/^(\w+:\/\/)[^/?#]*@/, '$1…@');
  return bare.replace(/[?#].*$/s, (rest) => `${rest[0]}…`);
};
