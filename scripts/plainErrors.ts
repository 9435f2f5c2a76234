import path from 'node:path';
import { sentenceOf } from './missing.ts';

/** Loaded before each script of `npm run`: what ends it is told in a sentence. `DEBUG=1` shows where it came from. */
process.on('uncaughtException', (error: unknown) => {
  const debug = process.env['DEBUG'] !== undefined;
  console.error(debug ? error : sentenceOf(error, path.join(import.meta.dirname, '..')));
  process.exit(1);
});
