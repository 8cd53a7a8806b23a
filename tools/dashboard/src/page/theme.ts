/** Light or dark: the system's, unless someone chose. */
export type Theme = 'light' | 'dark';

const KEY = 'veritrace-theme';

/** Storage is not there on every page that lies in a file. */
const remembered = (): Theme | undefined => {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    return undefined;
  }
};

export const currentTheme = (): Theme =>
  remembered() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

export const applyTheme = (theme: Theme): void => {
  document.documentElement.dataset.theme = theme;
};

export const chooseTheme = (theme: Theme): void => {
  applyTheme(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It is only forgotten.
  }
};
