/** An address as it may be shown: names and passwords in it are nobody's business. */
export const shownEndpoint = (endpoint: string): string =>
  endpoint.replace(/^(\w+:\/\/)[^/?#]*@/, '$1…@');
