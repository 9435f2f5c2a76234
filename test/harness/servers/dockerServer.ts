import { GenericContainer, Wait } from 'testcontainers';
import { run } from '../run.ts';
import type { Flavor, TestServer } from './testServer.ts';

const IMAGES = { mysql: 'mysql:8.4', mariadb: 'mariadb:10.11' } as const;
/** A daemon that needs longer than this is not one to wait for. */
const DAEMON_TIMEOUT_MS = 2000;

/** True if a Docker daemon (not only its client) answers within 2 s. */
export async function dockerAnswers(): Promise<boolean> {
  return run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: DAEMON_TIMEOUT_MS, killSignal: 'SIGKILL' }).then(
    () => true,
    () => false,
  );
}

/** A container of its own; MYSQL_TEST_IMAGE or MARIADB_TEST_IMAGE chooses another version. */
export async function startDockerServer(flavor: Flavor): Promise<TestServer> {
  const image = process.env[flavor === 'mysql' ? 'MYSQL_TEST_IMAGE' : 'MARIADB_TEST_IMAGE'] ?? IMAGES[flavor];
  const password = 'root-of-a-throw-away-container';
  const container = await new GenericContainer(image)
    .withEnvironment({ MYSQL_ROOT_PASSWORD: password, MARIADB_ROOT_PASSWORD: password, MYSQL_ROOT_HOST: '%' })
    .withExposedPorts(3306)
    .withWaitStrategy(Wait.forLogMessage(/ready for connections/, 2))
    .start();
  return {
    flavor,
    label: `${image} in Docker`,
    host: container.getHost(),
    port: container.getMappedPort(3306),
    root: { user: 'root', password },
    owned: false, // a restarted container gets another port
    kill: () => Promise.reject(new Error('A container is not restarted: its port would change.')),
    freeze: () => Promise.reject(new Error('A container is not frozen here.')),
    start: () => Promise.reject(new Error('A container is not restarted: its port would change.')),
    dispose: async () => {
      await container.stop();
    },
  };
}
