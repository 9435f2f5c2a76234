import { EXTENSION_SUITES } from './extensionSuites.ts';

/** Runs the suite of that name inside an extension host, and ends as runMocha.ts does. */
const [name = ''] = process.argv.slice(2);
const suite = EXTENSION_SUITES[name];
if (suite === undefined) throw new Error(`There is no suite “${name}”.`);
const { code, passed, failed } = await suite();
process.stdout.write(`[R] ${JSON.stringify({ passed, failed })}\n`);
process.exit(code);
