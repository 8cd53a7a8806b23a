import 'uplot/dist/uPlot.min.css';
import './styles/index.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { DATA_ID, readEmbedded } from './data.ts';
import { applyTheme, currentTheme } from './theme.ts';

applyTheme(currentTheme());
const given = readEmbedded(document.getElementById(DATA_ID)?.textContent);
const root = document.getElementById('app');
if (root !== null) render(<App given={given} />, root);
