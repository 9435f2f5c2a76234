import { createConnection } from 'mysql2/promise';

/** How many connections the server has accepted since it was started, this one included. */
export async function connectionsSoFar(url: string): Promise<number> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Connections'");
    return Number((rows as { Value: string }[])[0]?.Value);
  } finally {
    await connection.end();
  }
}
