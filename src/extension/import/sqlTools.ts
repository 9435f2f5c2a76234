import * as z from 'zod';
import { foundFrom, type FoundConnection } from './found.ts';

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
});

/** The connections of MySQL and MariaDB in the setting `sqltools.connections`. */
export function readSqlTools(setting: unknown, source: string): FoundConnection[] {
  if (!Array.isArray(setting)) return [];
  return setting.flatMap((one: unknown) => {
    const { success, data } = ConnectionSchema.safeParse(one);
    if (!success) return [];
    const { name, server, port, socketPath, database, username, password } = data;
    return foundFrom(source, { name, host: server, port, socket: socketPath, database, user: username, password }) ?? [];
  });
}
