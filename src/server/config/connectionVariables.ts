export type VariableKind =
  | 'text'
  | 'lowerCase'
  | 'underscored'
  | 'integer'
  | 'seconds'
  | 'switch'
  | 'access'
  | 'list'
  | 'lines'
  | 'detection'
  | 'reference'
  | 'addresses'
  | 'file';

export interface Variable {
  readonly name: `MYSQL_${string}`;
  /** Names that other servers use for the same. */
  readonly aliases?: readonly string[];
  readonly kind: VariableKind;
  /** Its place in the configuration (`connections.0` is the one connection that the environment describes). */
  readonly place: string;
  readonly description: string;
  /** It narrows what agents see: a value that is empty would open what somebody meant to close. */
  readonly protects?: true;
}

const connection = (key: string): string => `connections.0.${key}`;

export const CONNECTION_VARIABLES: readonly Variable[] = [
  {
    name: 'MYSQL_URL',
    kind: 'text',
    place: connection('url'),
    description: '`mysql://user:password@host:3306/database?ssl-mode=REQUIRED`, instead of the following variables.',
  },
  { name: 'MYSQL_HOST', kind: 'text', place: connection('host'), description: 'Host name or address. Default: 127.0.0.1.' },
  { name: 'MYSQL_PORT', kind: 'integer', place: connection('port'), description: 'Port. Default: 3306.' },
  { name: 'MYSQL_SOCKET', kind: 'text', place: connection('socket'), description: 'Unix socket, instead of host and port.' },
  { name: 'MYSQL_USER', kind: 'text', place: connection('user'), description: 'User name of the account.' },
  {
    name: 'MYSQL_PASSWORD',
    aliases: ['MYSQL_PASS'],
    kind: 'reference',
    place: connection('password'),
    description: 'Password of the account.',
  },
  { name: 'MYSQL_PASSWORD_FILE', kind: 'file', place: connection('password'), description: 'File with the password.' },
  {
    name: 'MYSQL_DB',
    aliases: ['MYSQL_DATABASE'],
    kind: 'text',
    place: connection('database'),
    description: 'Default database. Without it, statements must name their database.',
  },
  {
    name: 'MYSQL_SSL_MODE',
    kind: 'lowerCase',
    place: connection('tls'),
    description: '`disabled`, `preferred` (default), `required`, `verify-ca` (default with `MYSQL_SSL_CA`), or `verify-identity`.',
  },
  { name: 'MYSQL_SSL_CA', kind: 'text', place: connection('tlsFiles.ca'), description: 'PEM file of the CA certificates to trust.' },
  { name: 'MYSQL_SSL_CERT', kind: 'text', place: connection('tlsFiles.certificate'), description: 'PEM file of the client certificate.' },
  {
    name: 'MYSQL_SSL_KEY',
    kind: 'text',
    place: connection('tlsFiles.key'),
    description: 'PEM file of the private key of the client certificate.',
  },
  {
    name: 'MYSQL_SERVER_PUBLIC_KEY_PATH',
    kind: 'text',
    place: connection('serverPublicKeyFile'),
    description: "PEM file of the server's RSA public key, which encrypts the password on connections without TLS.",
  },
  {
    name: 'MYSQL_SSH_HOST',
    kind: 'text',
    place: connection('ssh.host'),
    description: 'SSH server to connect through, or a `Host` of `~/.ssh/config`.',
  },
  { name: 'MYSQL_SSH_PORT', kind: 'integer', place: connection('ssh.port'), description: 'Port of the SSH server. Default: 22.' },
  { name: 'MYSQL_SSH_USER', kind: 'text', place: connection('ssh.user'), description: 'User name on the SSH server.' },
  {
    name: 'MYSQL_SSH_KEY',
    kind: 'text',
    place: connection('ssh.keyFile'),
    description: 'Private key file. Default: the keys of the SSH agent and the usual files.',
  },
  { name: 'MYSQL_SSH_PASSPHRASE', kind: 'reference', place: connection('ssh.passphrase'), description: 'Passphrase of the private key.' },
  { name: 'MYSQL_SSH_PASSWORD', kind: 'reference', place: connection('ssh.password'), description: 'Password on the SSH server.' },
  {
    name: 'MYSQL_SSH_HOST_KEY',
    kind: 'text',
    place: connection('ssh.hostKey'),
    description: '`SHA256:…`: the only accepted host key, instead of those in `known_hosts`.',
  },
  {
    name: 'MYSQL_SSH_KNOWN_HOSTS',
    kind: 'text',
    place: connection('ssh.knownHostsFile'),
    description: 'File to use instead of `~/.ssh/known_hosts`.',
  },
  {
    name: 'MYSQL_SSH_JUMPS',
    kind: 'addresses',
    place: connection('ssh.jumps'),
    description: 'Comma-separated jump hosts: `user@host:port`.',
  },
  {
    name: 'MYSQL_SCRATCH_DATABASE',
    kind: 'text',
    place: connection('scratchDatabase'),
    description: 'Database in which `mysql_index_advice` and `mysql_explain` can create copies of tables. They drop the copies afterward.',
  },
  {
    name: 'MYSQL_POOL_SIZE',
    kind: 'integer',
    place: connection('poolSize'),
    description: 'Maximum number of sessions. Default: 4, and 2 on production.',
  },
  {
    name: 'MYSQL_CONNECT_TIMEOUT',
    kind: 'integer',
    place: connection('connectTimeoutMs'),
    description: 'Time limit for connecting in milliseconds. Default: 10000.',
  },
  {
    name: 'MYSQL_ENVIRONMENT',
    kind: 'lowerCase',
    place: connection('environment'),
    description: '`development`, `staging`, or `production` (stricter limits, no writes without approval).',
  },
  ...(['INSERT', 'UPDATE', 'DELETE', 'DDL', 'CALL', 'ADMINISTRATION'] as const).map((one): Variable => {
    return {
      name: `MYSQL_ALLOW_${one}`,
      kind: 'access',
      place: connection(`writes.${one.toLowerCase()}`),
      description: `${one}: \`false\` (default), \`ask\` (a person reviews each preview) or \`true\` (no approval). Needs MYSQL_WRITES_FROM.`,
    };
  }),
  {
    name: 'MYSQL_AGENTS',
    protects: true,
    kind: 'lowerCase',
    place: connection('agents'),
    description:
      'What agents can see: `none` (the connection is hidden from them), `schema` (structure without rows), or `data` (default).',
  },
  {
    name: 'MYSQL_TABLES_ALLOW',
    protects: true,
    kind: 'list',
    place: connection('tables.allow'),
    description:
      'Comma-separated tables whose rows agents can reach, for example `shop.*, stock.items`; `*` matches any characters. Default: all tables.',
  },
  {
    name: 'MYSQL_TABLES_DENY',
    protects: true,
    kind: 'list',
    place: connection('tables.deny'),
    description:
      'Comma-separated tables whose rows agents can never reach, also not through views. Takes precedence over MYSQL_TABLES_ALLOW.',
  },
  {
    name: 'MYSQL_COLUMNS',
    protects: true,
    kind: 'list',
    place: connection('columns'),
    description:
      'Comma-separated columns that agents can see only as the action says, for example `shop.customers.email=mask, shop.*.ssn=hide, *.users.name=pseudonym`.',
  },
  {
    name: 'MYSQL_COLUMNS_KEY',
    kind: 'reference',
    place: connection('columnsKey'),
    description: 'Key of at least 32 characters for pseudonyms. Without it, pseudonyms change at each start.',
  },
  { name: 'MYSQL_COLUMNS_KEY_FILE', kind: 'file', place: connection('columnsKey'), description: 'File with the key for pseudonyms.' },
];
