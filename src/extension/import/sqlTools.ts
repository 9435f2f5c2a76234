import * as z from 'zod';
import { candidateFrom, type ImportCandidate, type CandidateParts } from './importCandidate.ts';

/** What SQLTools keeps in the settings; other drivers have other fields. @see https://vscode-sqltools.mteixeira.dev/en/drivers/mysql */
const ConnectionSchema = z.looseObject({
  driver: z.enum(['MySQL', 'MariaDB']),
  name: z.string().optional(),
  server: z.string().optional(),
  port: z.union([z.number(), z.string()]).optional(),
  socketPath: z.string().optional(),
  database: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  connectString: z.string().optional(),
  mysqlOptions: z
    .looseObject({
      enableSsl: z.string().optional(),
      ssl: z
        .union([
          z.boolean(),
          z.looseObject({
            rejectUnauthorized: z.boolean().optional(),
            ca: z.string().optional(),
            cert: z.string().optional(),
            key: z.string().optional(),
          }),
        ])
        .optional(),
    })
    .optional(),
});

type Options = z.infer<typeof ConnectionSchema>['mysqlOptions'];

/** More is no list that a person keeps. */
const MAX_CONNECTIONS = 1000;

/** The connections of MySQL and MariaDB in the setting `sqltools.connections`. */
export function readSqlTools(setting: unknown, source: string): ImportCandidate[] {
  if (!Array.isArray(setting)) return [];
  return setting.slice(0, MAX_CONNECTIONS).flatMap((one: unknown) => {
    const { success, data } = ConnectionSchema.safeParse(one);
    if (!success) return [];
    const { name, server, port, socketPath, database, username, password } = data;
    const parts = { name, host: server, port, socket: socketPath, database, user: username, password };
    return candidateFrom(source, { ...parts, ...tlsOf(data.mysqlOptions) }) ?? [];
  });
}

/** Node's options of TLS verify unless they say otherwise. */
function tlsOf({ enableSsl, ssl }: NonNullable<Options> = {}): Pick<CandidateParts, 'tls' | 'tlsFiles'> {
  if (typeof ssl === 'object') {
    const { ca, cert: certificate, key, rejectUnauthorized } = ssl;
    return { tls: rejectUnauthorized === false ? 'required' : 'verify-identity', tlsFiles: { ca, certificate, key } };
  }
  return ssl === true || enableSsl === 'Enabled' ? { tls: 'required' } : {};
}
