import { createConnection } from 'mysql2/promise';

/** Reads a million rows as objects and writes them as JSON, once; prints what that took. */
const connection = await createConnection({ uri: process.env['TARGET'] ?? '' });
const started = performance.now();
const [rows] = await connection.query('SELECT * FROM million');
const bytes = (rows as object[]).reduce((sum, row) => sum + JSON.stringify(row).length + 1, 0); // one text of all is longer than a string may be
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024, bytes }));
process.exit(0);
