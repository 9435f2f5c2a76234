import { spawn } from 'node:child_process';
import { clientProgram } from './clientProgram.ts';
import { startProxy } from './proxy.ts';
import type { TestServer } from './testServer.ts';

const COM_INIT_DB = 0x02;
const COM_QUERY = 0x03;
/** Newer clients put the number of query attributes before the text: none, of one set. */
const NO_ATTRIBUTES = '\0\u0001';
/** What the clients ask on their own account. */
const OWN =
  /^(?:select \$\$|select @@version_comment limit 1|SELECT DATABASE\(\)|select DATABASE\(\), USER\(\).*|select @@character_set.*|show warnings)$/i;

/** Runs a script by the server's own client, errors or not, and resolves to the statements that it has sent. */
export async function queriesOfClient(server: TestServer, script: string, database: string): Promise<string[]> {
  const sent: string[] = [];
  const proxy = await startProxy(server, {
    toServer: (chunk) => {
      for (let at = 0; at + 4 < chunk.length; at += 4 + chunk.readUIntLE(at, 3)) {
        const [command] = chunk.subarray(at + 4);
        const text = chunk.toString('utf8', at + 5, at + 4 + chunk.readUIntLE(at, 3));
        if (chunk[at + 3] !== 0) continue; // which goes on with another command
        if (command === COM_INIT_DB) sent.push(`USE ${text}`);
        const sql = text.startsWith(NO_ATTRIBUTES) ? text.slice(NO_ATTRIBUTES.length) : text;
        if (command === COM_QUERY && !OWN.test(sql)) sent.push(sql);
      }
      return chunk;
    },
  });
  try {
    const { command, args } = await clientProgram(server.flavor, server.flavor === 'mysql' ? 'mysql' : 'mariadb');
    const options = [
      ...['--no-defaults', '--protocol=TCP', `--host=${proxy.host}`, `--port=${String(proxy.port)}`, `--user=${server.root.user}`],
      ...['--batch', '--force', '--default-character-set=utf8mb4', server.flavor === 'mysql' ? '--ssl-mode=DISABLED' : '--skip-ssl'],
      // Since 9.7 the commands of MySQL's client are off where nobody types them.
      ...(server.flavor === 'mysql' ? ['--commands'] : []),
      ...['--unbuffered', database],
    ];
    const child = spawn(command, [...args, ...options], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, MYSQL_PWD: server.root.password, PAGER: '' },
    });
    child.stdin.on('error', () => undefined); // it has read enough
    child.stdin.end(script);
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  } finally {
    proxy.close();
  }
  return sent;
}
