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
}

const connection = (key: string): string => `connections.0.${key}`;

export const CONNECTION_VARIABLES: readonly Variable[] = [
  {
    name: 'MYSQL_URL',
    kind: 'text',
    place: connection('url'),
    description: '`mysql://user:password@host:3306/database?ssl-mode=REQUIRED`, instead of the next ones.',
  },
  { name: 'MYSQL_HOST', kind: 'text', place: connection('host'), description: 'Host name or address, 127.0.0.1 by default.' },
  { name: 'MYSQL_PORT', kind: 'integer', place: connection('port'), description: '3306 by default.' },
  { name: 'MYSQL_SOCKET', kind: 'text', place: connection('socket'), description: 'A unix socket instead of host and port.' },
  { name: 'MYSQL_USER', kind: 'text', place: connection('user'), description: 'The account.' },
  { name: 'MYSQL_PASSWORD', aliases: ['MYSQL_PASS'], kind: 'reference', place: connection('password'), description: 'Its password.' },
  { name: 'MYSQL_PASSWORD_FILE', kind: 'file', place: connection('password'), description: 'A file that holds the password.' },
  {
    name: 'MYSQL_DB',
    aliases: ['MYSQL_DATABASE'],
    kind: 'text',
    place: connection('database'),
    description: 'The default database; without it statements name theirs.',
  },
  {
    name: 'MYSQL_SSL_MODE',
    kind: 'lowerCase',
    place: connection('tls'),
    description: '`disabled`, `preferred` (default), `required`, `verify-ca` (default with `MYSQL_SSL_CA`) or `verify-identity`.',
  },
  { name: 'MYSQL_SSL_CA', kind: 'text', place: connection('tlsFiles.ca'), description: 'PEM file of the authorities to trust.' },
  { name: 'MYSQL_SSL_CERT', kind: 'text', place: connection('tlsFiles.certificate'), description: 'PEM file of the client certificate.' },
  { name: 'MYSQL_SSL_KEY', kind: 'text', place: connection('tlsFiles.key'), description: 'PEM file of its key.' },
  {
    name: 'MYSQL_SERVER_PUBLIC_KEY_PATH',
    kind: 'text',
    place: connection('serverPublicKeyFile'),
    description: "PEM file of the server's RSA public key: how a password reaches a server without TLS.",
  },
  {
    name: 'MYSQL_SSH_HOST',
    kind: 'text',
    place: connection('ssh.host'),
    description: 'An SSH server on the way, or a `Host` of `~/.ssh/config`.',
  },
  { name: 'MYSQL_SSH_PORT', kind: 'integer', place: connection('ssh.port'), description: 'Its port, 22 by default.' },
  { name: 'MYSQL_SSH_USER', kind: 'text', place: connection('ssh.user'), description: 'The account there.' },
  {
    name: 'MYSQL_SSH_KEY',
    kind: 'text',
    place: connection('ssh.keyFile'),
    description: 'File of a private key; else the agent and the usual keys are tried.',
  },
  { name: 'MYSQL_SSH_PASSPHRASE', kind: 'reference', place: connection('ssh.passphrase'), description: 'Of this key.' },
  { name: 'MYSQL_SSH_PASSWORD', kind: 'reference', place: connection('ssh.password'), description: 'The password there.' },
  {
    name: 'MYSQL_SSH_HOST_KEY',
    kind: 'text',
    place: connection('ssh.hostKey'),
    description: '`SHA256:…`: the only key that it may show, instead of those of `known_hosts`.',
  },
  {
    name: 'MYSQL_SSH_KNOWN_HOSTS',
    kind: 'text',
    place: connection('ssh.knownHostsFile'),
    description: 'A file instead of `~/.ssh/known_hosts`.',
  },
  {
    name: 'MYSQL_SSH_JUMPS',
    kind: 'addresses',
    place: connection('ssh.jumps'),
    description: 'Servers before it: `user@host:port`, with commas.',
  },
  {
    name: 'MYSQL_POOL_SIZE',
    kind: 'integer',
    place: connection('poolSize'),
    description: 'The most sessions at a time, 4 by default and 2 on production.',
  },
  {
    name: 'MYSQL_CONNECT_TIMEOUT',
    kind: 'integer',
    place: connection('connectTimeoutMs'),
    description: 'For connecting, in milliseconds, 10000 by default.',
  },
  {
    name: 'MYSQL_ENVIRONMENT',
    kind: 'lowerCase',
    place: connection('environment'),
    description: '`development`, `staging` or `production` (tighter limits, no write unasked).',
  },
  ...(['INSERT', 'UPDATE', 'DELETE', 'DDL', 'CALL', 'ADMINISTRATION'] as const).map((one): Variable => {
    return {
      name: `MYSQL_ALLOW_${one}`,
      kind: 'access',
      place: connection(`writes.${one.toLowerCase()}`),
      description: `${one}: \`false\` (default), \`ask\` (a person sees a preview and decides) or \`true\` (unasked). Needs MYSQL_WRITES_FROM.`,
    };
  }),
  {
    name: 'MYSQL_TABLES_ALLOW',
    kind: 'list',
    place: connection('tables.allow'),
    description: 'Where set, the only tables whose rows agents reach: `shop.*, stock.items`, with commas; `*` stands for any characters.',
  },
  {
    name: 'MYSQL_TABLES_DENY',
    kind: 'list',
    place: connection('tables.deny'),
    description: 'Tables whose rows they never reach, in views neither; wins over the other.',
  },
];
