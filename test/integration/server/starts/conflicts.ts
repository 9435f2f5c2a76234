/** A start that no schema describes: settings that do not go together, have no effect, or are found to be wrong after the shape was checked. */
export interface Mistake {
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `--check` by default; --config is added where there is a file. */
  readonly args?: readonly string[];
  /** What the file holds beside one connection. */
  readonly file?: object;
  /** What the message must hold: the names, and the reason or the remedy. */
  readonly says: readonly string[];
  /** 2 by default: a wrong configuration. */
  readonly status?: number;
}

const NOWHERE = { name: 'a', host: '127.0.0.1', port: 1, user: 'app' };
export const one = (more: object): object => ({ connections: [{ ...NOWHERE, ...more }] });
const tool = (more: object): object => ({ tools: [{ name: 't', description: 'd', sql: 'SELECT 1', ...more }] });
const parameter = (more: object): object => tool({ sql: 'SELECT :p', parameters: { p: more } });

const NOTHING = { MYSQL_HOST: '', MYSQL_PORT: '', MYSQL_USER: '', MYSQL_PASSWORD: '' };
const url = (MYSQL_URL: string): Pick<Mistake, 'env'> => ({ env: { ...NOTHING, MYSQL_URL } });

/** End the start. */
export const CONFLICTS: readonly Mistake[] = [
  {
    title: 'two names of the same',
    env: { MYSQL_DB: 'a', MYSQL_DATABASE: 'b' },
    says: ['MYSQL_DB and MYSQL_DATABASE have the same meaning'],
  },
  { title: 'two names of the password', env: { MYSQL_PASS: 'S3CRET' }, says: ['MYSQL_PASSWORD and MYSQL_PASS have the same meaning'] },
  {
    title: 'two places of the password',
    env: { MYSQL_PASSWORD_FILE: '/p' },
    says: ['MYSQL_PASSWORD_FILE', 'MYSQL_PASSWORD', 'one of them'],
  },
  {
    title: 'a URL and its parts',
    env: { MYSQL_URL: 'mysql://a:S3CRET@h/d' },
    says: ['MYSQL_URL', 'MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_PASSWORD', 'Use only one of them'],
  },
  {
    title: 'a URL with a mode twice',
    ...url('mysql://a:S3CRET@h/d?ssl-mode=REQUIRED&ssl-mode=DISABLED'),
    says: ['MYSQL_URL', 'duplicate parameter'],
  },
  { title: 'a URL with an anchor', ...url('mysql://a@h/d#S3CRET'), says: ['MYSQL_URL', '%23'] },
  { title: 'a list without entries', env: { MYSQL_TABLES_DENY: ' , ' }, says: ['MYSQL_TABLES_DENY has no entries'] },
  {
    title: 'a list of protected columns without entries',
    env: { MYSQL_COLUMNS: ' ,, ' },
    says: ['MYSQL_COLUMNS has no entries'],
  },
  ...['MYSQL_AGENTS', 'MYSQL_TABLES_ALLOW', 'MYSQL_TABLES_DENY', 'MYSQL_COLUMNS'].flatMap((name) =>
    ['', '  ', '\n'].map((value) => ({
      title: `${name} with nothing but white space`,
      env: { [name]: value },
      says: [`${name} is set but empty`, 'Fill it in, or remove it'],
    })),
  ),
  { title: 'a list with semicolons', env: { MYSQL_TABLES_DENY: 'a.b; c.d' }, says: ['MYSQL_TABLES_DENY needs commas'] },
  { title: 'any program', env: { MYSQL_WRITES_FROM: '*', MYSQL_ALLOW_UPDATE: 'ask' }, says: ['MYSQL_WRITES_FROM', "* isn't supported"] },
  {
    title: 'a pattern in slashes',
    env: { MYSQL_FILTER_MODE: 'blacklist', MYSQL_FILTER_DENY: '/x/i' },
    says: ['MYSQL_FILTER_DENY', 'slashes'],
  },
  { title: 'a host with a port', env: { MYSQL_HOST: 'h:3306' }, says: ['MYSQL_HOST', 'Set MYSQL_PORT separately'] },
  { title: 'several hosts', env: { MYSQL_HOST: 'a,b' }, says: ['MYSQL_HOST', 'only a host name or IP address'] },
  {
    title: 'an SSH server with its account',
    env: { MYSQL_SSH_HOST: 'me@bastion:22' },
    says: ['MYSQL_SSH_HOST', 'MYSQL_SSH_PORT and MYSQL_SSH_USER'],
  },
  {
    title: 'a name of HTTP with its scheme',
    env: { MYSQL_HTTP_ALLOWED_HOSTS: 'https://db.example' },
    says: ['MYSQL_HTTP_ALLOWED_HOSTS', 'without scheme'],
  },
  { title: 'any name of HTTP', env: { MYSQL_HTTP_ALLOWED_HOSTS: '*' }, says: ['MYSQL_HTTP_ALLOWED_HOSTS', "* isn't supported"] },
  {
    title: 'an origin with a path',
    env: { MYSQL_HTTP_ALLOWED_ORIGINS: 'https://a.example/x' },
    says: ['MYSQL_HTTP_ALLOWED_ORIGINS', 'without a path'],
  },
  { title: 'a folder that is a file', env: { MYSQL_DATA_DIR: '/dev/null' }, says: ['MYSQL_DATA_DIR', 'is not a folder'] },
  {
    title: "another program's variable",
    env: { ...NOTHING, DATABASE_URL: 'mysql://a:S3CRET@h/d' },
    says: ['MYSQL_URL', 'Not read: DATABASE_URL'],
  },
  {
    title: 'a page of this computer for others',
    env: { MYSQL_APPROVALS: 'browser', MYSQL_ALLOW_UPDATE: 'ask', MYSQL_WRITES_FROM: 'x' },
    args: ['--http', '0.0.0.0:0'],
    says: ['MYSQL_APPROVALS: browser needs a loopback address for --http', '0.0.0.0 is for others'],
  },
  { title: 'rights without programs', env: { MYSQL_ALLOW_UPDATE: 'ask' }, says: ['MYSQL_ALLOW_UPDATE', 'MYSQL_WRITES_FROM'] },
  { title: 'a certificate alone', env: { MYSQL_SSL_CERT: '/c' }, says: ['MYSQL_SSL_CERT', 'Set both', 'MYSQL_SSL_KEY'] },
  { title: 'a key alone', env: { MYSQL_SSL_KEY: '/c' }, says: ['MYSQL_SSL_KEY', 'Set both', 'MYSQL_SSL_CERT'] },
  {
    title: 'a certificate for HTTP alone',
    env: { MYSQL_HTTP_CERTIFICATE: '/c' },
    says: ['MYSQL_HTTP_CERTIFICATE', 'Set both', 'MYSQL_HTTP_KEY'],
  },
  { title: 'parts of SSH without a server', env: { MYSQL_SSH_PORT: '22' }, says: ['MYSQL_SSH_HOST is missing'] },
  { title: 'patterns without a mode', env: { MYSQL_FILTER_DENY: 'x' }, says: ['MYSQL_FILTER_MODE', 'blacklist, whitelist, or combined'] },
  { title: 'a mode without patterns', env: { MYSQL_FILTER_MODE: 'combined', MYSQL_FILTER_DENY: 'x' }, says: ['MYSQL_FILTER_ALLOW'] },
  {
    title: 'more rows than the most',
    env: { MYSQL_PAGINATION_DEFAULT_SIZE: '5', MYSQL_PAGINATION_MAX_SIZE: '4' },
    says: ['MYSQL_PAGINATION_DEFAULT_SIZE cannot be more than MYSQL_PAGINATION_MAX_SIZE'],
  },
  { title: 'file: a URL and its parts', file: one({ url: 'mysql://a@h' }), says: ['connection "a"', '`url`', '`user`'] },
  {
    title: 'file: a URL and its host',
    file: { connections: [{ name: 'a', url: 'mysql://a@h', host: 'h', tls: 'required', database: 'd' }] },
    says: ['`url` already', 'host, port, socket, database, and tls'],
  },
  { title: 'file: neither URL nor user', file: { connections: [{ name: 'a', host: 'h' }] }, says: ['either `url`, or `user`'] },
  {
    title: 'file: a URL with a password',
    file: { connections: [{ name: 'a', url: 'mysql://a:S3CRET@h' }] },
    says: ['"a"', '`password`', '${env:NAME}'],
  },
  {
    title: 'file: a wrong URL',
    file: { connections: [{ name: 'a', url: 'mysql://a@h:99999' }] },
    says: ['connections[0].url: ', 'port must be a number'],
  },
  {
    title: 'file: two connections of one name',
    file: { connections: [NOWHERE, { ...NOWHERE, name: 'A' }] },
    says: ['Two connections have the name "a"'],
  },
  {
    title: 'file: a certificate alone',
    file: one({ tlsFiles: { certificate: '/c' } }),
    says: ['connections[0].tlsFiles', 'Set both'],
  },
  { title: 'file: no protected columns', file: one({ columns: [] }), says: ['connections[0].columns must not be empty'] },
  { title: 'file: an empty text of protected columns', file: one({ columns: '' }), says: ['connections[0].columns must be a list'] },
  { title: 'file: rules for no tables', file: one({ tables: {} }), says: ['connections[0].tables', '`allow` or `deny`'] },
  { title: 'file: no denied tables', file: one({ tables: { deny: [] } }), says: ['connections[0].tables', '`allow` or `deny`'] },
  { title: 'file: a certificate for HTTP alone', file: { http: { key: '/c' } }, says: ['http', 'Set both'] },
  { title: 'file: no patterns', file: { protection: { filter: { mode: 'whitelist' } } }, says: ['protection.filter', '`allow`'] },
  {
    title: 'file: more rows than the most',
    file: { limits: { rows: 5, maxRows: 4 } },
    says: ['limits: `rows` cannot be more than `maxRows`'],
  },
  {
    title: 'file: two tools of one name',
    file: { tools: [...['a', 'b'].map((description) => ({ name: 't', description, sql: 'SELECT 1' }))] },
    says: ['Two tools have the name t'],
  },
  { title: 'file: a tool of no connection', file: tool({ connection: 'other' }), says: ['tool t', 'connections'] },
  {
    title: 'file: a tool of any connection',
    file: { connections: [NOWHERE, { ...NOWHERE, name: 'b' }], ...tool({}) },
    says: ['tool t', 'connections'],
  },
  { title: 'file: a tool with our prefix', file: tool({ name: 'mysql_x' }), says: ['tools[0].name', 'mysql_'] },
  { title: 'file: a tool that writes', file: tool({ sql: 'DELETE FROM t' }), says: ['tools[0].sql: DELETE is not allowed'] },
  { title: 'file: an unknown parameter', file: tool({ sql: 'SELECT :q' }), says: ['tools[0].sql', 'no parameter for :q'] },
  {
    title: 'file: an unused parameter',
    file: tool({ parameters: { p: { type: 'string' } } }),
    says: ['tools[0].sql', "parameter p isn't used"],
  },
  {
    title: 'file: bounds of a text',
    file: parameter({ type: 'string', minimum: 1 }),
    says: ['tools[0].parameters.p', '`minimum` and `maximum` are for numbers'],
  },
  {
    title: 'file: bounds the wrong way',
    file: parameter({ type: 'integer', minimum: 2, maximum: 1 }),
    says: ['`minimum` cannot be more than `maximum`'],
  },
  { title: 'file: the length of a number', file: parameter({ type: 'integer', maxLength: 2 }), says: ['`maxLength` is for strings'] },
  {
    title: 'file: values of another type',
    file: parameter({ type: 'integer', values: [1, 'x'] }),
    says: ['tools[0].parameters.p.values[1] must be a whole number'],
  },
  {
    title: 'file: a default of another type',
    file: parameter({ type: 'date', default: 'x' }),
    says: ['tools[0].parameters.p.default must be a date'],
  },
  {
    title: 'file: a default beside the values',
    file: parameter({ type: 'string', values: ['a'], default: 'b' }),
    says: ['tools[0].parameters.p.default', '`values`'],
  },
  {
    title: 'file: a default over the bounds',
    file: parameter({ type: 'integer', maximum: 1, default: 2 }),
    says: ['tools[0].parameters.p.default', '`maximum`'],
  },
  { title: 'file: a relative secret', file: one({ password: '${file:p}' }), says: ['connections[0].password', 'must be absolute'] },
  {
    title: '--http beside --check',
    args: ['--check', '--http'],
    says: ["--check doesn't start an HTTP server", 'Remove --http', '--help'],
  },
];

const HTTP = ['--http', '127.0.0.1:0'];

/** Found to be wrong only when it is used, and still before the first client. */
export const LATER: readonly Mistake[] = [
  {
    title: 'a short token',
    args: HTTP,
    env: { MYSQL_HTTP_TOKEN: 'S3CRET' },
    says: ['MYSQL_HTTP_TOKEN must have at least 16', 'openssl rand'],
  },
  {
    title: 'a short key',
    args: HTTP,
    env: { MYSQL_HTTP_APPROVAL_KEY: 'S3CRET' },
    says: ['MYSQL_HTTP_APPROVAL_KEY must have at least 32', 'openssl rand'],
  },
  {
    title: 'a certificate that is not there',
    args: HTTP,
    env: { MYSQL_HTTP_CERTIFICATE: '/nowhere/c', MYSQL_HTTP_KEY: '/nowhere/k' },
    says: ['MYSQL_HTTP_CERTIFICATE', 'MYSQL_HTTP_KEY', '/nowhere/', 'PEM'],
    status: 1,
  },
  { title: 'an address that is not ours', args: ['--http', '8.8.8.8:3999'], says: ['8.8.8.8:3999', '--http HOST:PORT'], status: 1 },
  { title: 'no address', args: ['--http', 'http://h'], says: ["http://h isn't a valid address", 'HOST:PORT'] },
  {
    title: 'a folder of logs that cannot be made',
    args: [],
    env: { MYSQL_LOG_DIR: '/dev/null/logs' },
    says: ['/dev/null/logs', 'MYSQL_LOG_DIR'],
    status: 1,
  },
  {
    title: 'a password file that is not there',
    env: { MYSQL_PASSWORD: '', MYSQL_PASSWORD_FILE: '/nowhere/p' },
    says: ['password', "the file /nowhere/p, which can't be read (ENOENT)"],
    status: 1,
  },
  {
    title: 'file: a variable of a secret that is not set',
    file: one({ password: '${env:NOT_SET}' }),
    says: ['password of "a"', 'the variable NOT_SET, which is not set'],
    status: 1,
  },
  {
    title: 'file: a variable of a token that is not set',
    args: HTTP,
    file: { http: { tokens: ['${env:NOT_SET}'] } },
    says: ['NOT_SET'],
    status: 1,
  },
  ...[
    ['-pS3CRET', '-p', 'MYSQL_PASSWORD'],
    ['--password=S3CRET', '--password', 'MYSQL_PASSWORD'],
    ['mysql://a:S3CRET@h/d', 'MYSQL_URL'],
    ['--host=S3CRET', '--host', 'MYSQL_HOST'],
    ['--zzzzzz=S3CRET', '--zzzzzz is unknown'],
    ['--CHECK', '--CHECK', '--check'],
    ['\u2014check', '--check'],
    ['', '--config'],
    ['--http=', '--http= has no address'],
    ['--check=S3CRET', '--check takes no value'],
  ].map(([arg = '', ...says]) => ({ title: `the argument "${arg}"`, args: [arg], says: [...says, '--help'] })),
  {
    title: 'an empty password file',
    env: { MYSQL_PASSWORD: '', MYSQL_PASSWORD_FILE: '/dev/null' },
    says: ['password', 'the file /dev/null, which is empty'],
    status: 1,
  },
  { title: 'a folder as a file', args: ['--check', '--config', '/'], says: ["/ can't be read: it is a folder"] },
  { title: 'an unknown flag', args: ['--chekc'], says: ['--chekc is unknown. Did you mean --check?', '--help'] },
  { title: 'a flag without its value', args: ['--config'], says: ['--config needs a file path'] },
  { title: 'a file that is not there', args: ['--check', '--config', '/nowhere/f.json'], says: ["/nowhere/f.json can't be read"] },
];
