import path from 'node:path';
import { cached, exists } from '../cache.ts';
import { unpackDebian } from '../debian.ts';
import type { ServerBinary } from './localServer.ts';
import type { Flavor } from './testServer.ts';

interface Release {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Unpacked without what they depend on. */
  readonly alone?: readonly string[];
}

/** What the server loads on demand is in a package that would bring half a system with it. */
const PLUGINS = ['mariadb-server'];
const MARIADB = ['mariadb-server-core', 'mariadb-client-core'];

/** What Debian's suites have; the first is what tests run on. All run through their own C library, on any x86-64 Debian. */
const RELEASES: Readonly<Record<Flavor, Readonly<Record<string, Release>>>> = {
  mysql: { '9.7': { suite: 'sid', packages: ['mysql-server-core', 'mysql-client-core'] } },
  mariadb: {
    '10.11': { suite: 'bookworm', packages: MARIADB, alone: PLUGINS },
    '10.5': { suite: 'bullseye', packages: ['mariadb-server-10.5', ...MARIADB.map((name) => `${name}-10.5`)] },
    '11.8': { suite: 'trixie', packages: MARIADB, alone: PLUGINS },
  },
};
/** Suites whose packages put everything below /usr. */
const MERGED = new Set(['trixie', 'sid']);
const DAEMONS = { mysql: 'mysqld', mariadb: 'mariadbd' } as const;
const NAMES = { mysql: 'MySQL', mariadb: 'MariaDB' } as const;
/** Chooses another release than the first. */
const VERSION_VARIABLES = { mysql: 'MYSQL_TEST_VERSION', mariadb: 'MARIADB_TEST_VERSION' } as const;

function releaseOf(flavor: Flavor): Release {
  const releases = RELEASES[flavor];
  const wanted = process.env[VERSION_VARIABLES[flavor]] ?? Object.keys(releases)[0] ?? '';
  const found = releases[wanted];
  if (found === undefined) throw new Error(`${VERSION_VARIABLES[flavor]} may be ${Object.keys(releases).join(', ')}.`);
  return found;
}

export async function debianServerBinary(flavor: Flavor): Promise<ServerBinary> {
  const { suite, packages, alone = [] } = releaseOf(flavor);
  const label = `${NAMES[flavor]} from Debian ${suite}`;
  const prefix = await cached([flavor, suite, ...alone].join('-'), label, (folder) => unpackDebian({ suite, packages, alone }, folder));
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((folder) => path.join(prefix, folder));
  const loader = path.join(prefix, MERGED.has(suite) ? 'usr' : '', 'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2');
  const own = path.join(prefix, 'usr/share/mariadb'); // since 11
  const share = (await exists(path.join(own, 'charsets'))) ? own : path.join(prefix, 'usr/share/mysql');
  return {
    flavor,
    label,
    cacheKey: `${flavor}-${suite}`,
    command: loader,
    prefixArgs: ['--library-path', libraries.join(':'), path.join(prefix, 'usr/sbin', DAEMONS[flavor])],
    options: [
      `--basedir=${prefix}/usr`,
      `--lc-messages-dir=${share}`,
      `--character-sets-dir=${share}/charsets`,
      `--plugin-dir=${prefix}/usr/lib/mysql/plugin`,
    ],
    shareFolder: share,
  };
}
