import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';

/** Tries definitions until it is killed. */
const { host, port, user, password, script } = JSON.parse(process.env['TRIAL'] ?? '{}') as {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly script: string;
};
const database = await openDatabase(
  { host, port, user, tls: 'preferred', scratchDatabase: 'scratch_kills' },
  { password: () => Promise.resolve(password), warn: () => undefined },
);
const limits = { maxRows: 10, maxCharacters: 10_000 };
process.stdout.write('begins\n');
for (;;) await database.diagnostics.forecast(script, { database: 'origin', limits, timeoutMs: 30_000 });
