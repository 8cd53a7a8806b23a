/** The reader of declarative files, for files of other packages. */
export { parseYaml } from '../scenario/yaml.ts';
export { BadSyntax, parseDeclared, readDeclared, type Written } from './load.ts';
export { InvalidFile, type Issue } from './problem.ts';
