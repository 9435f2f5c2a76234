import path from 'node:path';
import { cached } from '../cache.ts';
import { unpackDebian } from '../debian.ts';
import type { ServerBinary } from './localServer.ts';
import type { Flavour } from './testServer.ts';

/** Debian sid has MySQL 9.7, bookworm MariaDB 10.11. Both run through their own C library, on any x86-64 Debian. */
const PACKAGES = {
  mysql: { suite: 'sid', packages: ['mysql-server-core', 'mysql-client-core'], daemon: 'mysqld', label: 'MySQL from Debian sid' },
  mariadb: {
    suite: 'bookworm',
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    daemon: 'mariadbd',
    label: 'MariaDB from Debian bookworm',
  },
} as const;

export async function debianServerBinary(flavour: Flavour): Promise<ServerBinary> {
  const { suite, packages, daemon, label } = PACKAGES[flavour];
  const prefix = await cached(`${flavour}-${suite}`, label, (folder) => unpackDebian({ suite, packages }, folder));
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((folder) => path.join(prefix, folder));
  const loader = path.join(prefix, suite === 'sid' ? 'usr/lib64' : 'lib64', 'ld-linux-x86-64.so.2');
  const share = path.join(prefix, 'usr/share/mysql');
  return {
    flavour,
    label,
    cacheKey: `${flavour}-${suite}`,
    command: loader,
    prefixArgs: ['--library-path', libraries.join(':'), path.join(prefix, 'usr/sbin', daemon)],
    options: [
      `--basedir=${prefix}/usr`,
      `--lc-messages-dir=${share}`,
      `--character-sets-dir=${share}/charsets`,
      `--plugin-dir=${prefix}/usr/lib/mysql/plugin`,
    ],
    shareFolder: share,
  };
}
