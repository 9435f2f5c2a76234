import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CONNECTION_COLORS,
  ENVIRONMENTS,
  PASSWORD_KEEPING,
  TLS_MODES,
  type ConnectionProfile,
} from '../../../../../src/engine/driver/profile.ts';
import { ConnectionProfileSchema } from '../../../../../src/engine/driver/profileSchema.ts';
import { AGENT_VISIBILITIES } from '../../../../../src/engine/sql/agentVisibility.ts';
import { fieldsMeant, storesSsh, typedSecrets } from '../../../../../src/extension/connections/form/formSecrets.ts';
import { fromValues, mergeChanges, toValues } from '../../../../../src/extension/connections/form/formValues.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const plain: ConnectionProfile = { id: ID, name: 'shop', host: 'db.example', port: 3307, user: 'app', tls: 'required', createdAt: 1 };
const none = new Set<string>();

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/);
const file = word.map((name) => `/keys/${name}.pem`);
const hop = fc.record(
  { host: word, port: fc.integer({ min: 1, max: 65535 }), user: word },
  { requiredKeys: ['host'], noNullPrototype: true },
);
const login = fc.oneof(
  fc.constant({}),
  file.map((keyFile) => ({ keyFile })),
  file.map((keyFile) => ({ keyFile, secret: 'passphrase' as const })),
  fc.constant({ agent: false, secret: 'password' as const }),
);
const ssh = fc
  .tuple(
    fc.record(
      { host: word, port: fc.integer({ min: 1, max: 65535 }), user: word, jumps: fc.array(hop, { minLength: 1, maxLength: 5 }) },
      { requiredKeys: ['host'] },
    ),
    login,
  )
  .map(([way, how]) => ({ ...way, ...how }));
/** Every field that a connection can have: one that the form forgets would be lost on saving. */
const FIELDS = {
  id: fc.constant(ID),
  name: word,
  host: word,
  port: fc.integer({ min: 1, max: 65535 }),
  user: word,
  tls: fc.constantFrom(...TLS_MODES.filter((mode) => mode !== 'disabled')),
  createdAt: fc.nat(),
  database: word,
  tlsFiles: fc.oneof(
    file.map((ca) => ({ ca })),
    fc.tuple(file, file).map(([certificate, key]) => ({ certificate, key })),
  ),
  serverPublicKeyFile: file,
  ssh,
  group: word,
  color: fc.constantFrom(...CONNECTION_COLORS),
  environment: fc.constantFrom(...ENVIRONMENTS),
  keepPassword: fc.constantFrom(...PASSWORD_KEEPING),
  readOnly: fc.constant(true as const),
  cleartextPassword: fc.constant(true as const),
  connectTimeoutMs: fc.integer({ min: 1, max: 120 }).map((seconds) => seconds * 1000),
  poolSize: fc.integer({ min: 1, max: 100 }),
  timeZone: fc.constantFrom(
    '+02:00',
    'Europe/Vienna',
    'UTC',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
    'Etc/GMT+5',
    'EST5EDT',
  ),
  collation: fc.constantFrom('utf8mb4_0900_ai_ci', 'utf8mb4_bin'),
  agents: fc.constantFrom(...AGENT_VISIBILITIES),
  tables: fc.constant({ deny: ['shop.salaries'] }),
  columns: fc.constant(['shop.customers.email=mask', '*.*.ssn=hide']),
  allowedFunctions: fc.constant([{ database: 'shop', name: 'price' }]),
  allowUnenforcedReadOnly: fc.constant(true as const),
  writes: fc.constant({ insert: 'ask' as const }),
  unattendedProduction: fc.constant(true as const),
  dryRunOnProduction: fc.constant(true as const),
  scratchDatabase: word,
  position: fc.integer(),
} satisfies Record<Exclude<keyof ConnectionProfile, 'socket'>, fc.Arbitrary<unknown>>;

const profile = fc.record(FIELDS, { requiredKeys: ['id', 'name', 'host', 'port', 'user', 'tls', 'createdAt'] });

suite('the form of a connection', () => {
  test('what is opened and saved unchanged is the same connection, with what the form does not show', () => {
    fc.assert(
      fc.property(profile, (before) => {
        const { described, problems } = fromValues(toValues(before), before, none);
        assert.deepEqual(problems, undefined);
        assert.deepEqual({ id: before.id, createdAt: before.createdAt, ...described }, ConnectionProfileSchema.parse(before));
      }),
    );
  });

  test('a socket takes the place of host and port [F05]', () => {
    const values = { ...toValues(plain), way: 'socket', socket: '/run/mysqld.sock', host: '', port: '' };
    assert.deepEqual(fromValues(values, plain, none).described, {
      ...{ name: 'shop', host: 'localhost', port: 3306, socket: '/run/mysqld.sock', user: 'app', tls: 'required' },
    });
    assert.deepEqual(toValues({ ...plain, socket: '/x' })['way'], 'socket');
  });

  test('each field that cannot be so is told by itself [F06]', () => {
    const wrong = (changed: Record<string, string | boolean>): unknown =>
      fromValues({ ...toValues(plain), ...changed }, plain, new Set(['taken'])).problems;
    assert.deepEqual(wrong({ host: ' ', user: '', port: '0' }), { host: 'missing', port: 'port', user: 'missing' });
    assert.deepEqual(wrong({ port: '' }), { port: 'missing' });
    assert.deepEqual(wrong({ way: 'socket' }), { socket: 'missing' });
    assert.deepEqual(wrong({ name: 'Taken' }), { name: 'taken' });
    assert.deepEqual(wrong({ database: 'x'.repeat(65), group: 'x'.repeat(101) }), {
      database: { most: 64, of: 'characters' },
      group: { most: 100, of: 'characters' },
    });
    assert.deepEqual(wrong({ ca: 'ca.pem' }), { ca: 'path' });
    assert.deepEqual(wrong({ certificate: '/c.pem' }), { key: 'pair' });
    assert.deepEqual(wrong({ key: '/c.pem' }), { certificate: 'pair' });
    assert.deepEqual(wrong({ connectTimeout: '121', poolSize: '1.5' }), {
      connectTimeout: { from: 0.1, to: 120 },
      poolSize: { from: 1, to: 100 },
    });
    assert.deepEqual(wrong({ timeZone: "+02:00' OR", collation: 'latin1_bin' }), { timeZone: 'zone', collation: 'collation' });
    assert.deepEqual(wrong({ ssh: true, sshLogin: 'key', sshHostKey: 'MD5:1' }), {
      sshHost: 'missing',
      sshKey: 'missing',
      sshHostKey: 'fingerprint',
    });
    assert.deepEqual(wrong({ ssh: true, sshHost: 'h', sshJumps: 'a@b:c:d' }), { sshJumps: 'address' });
    assert.deepEqual(wrong({ ssh: true, sshHost: 'h', sshJumps: '1\n2\n3\n4\n5\n6' }), { sshJumps: { most: 5, of: 'lines' } });
    assert.deepEqual(wrong({ ssh: true, sshHost: 'h', sshPort: '70000' }), { sshPort: 'port' });
  });

  test('fields that do not apply say nothing', () => {
    const values = { ...toValues(plain), tls: 'disabled', certificate: '/c.pem', ssh: false, sshHost: 'h', sshLogin: 'password' };
    const { described } = fromValues(values, plain, none);
    assert.deepEqual([described?.tlsFiles, described?.ssh], [undefined, undefined]);
  });

  test('SSH: what a login needs is known, secrets are in no field of the connection', () => {
    const base = { ...toValues(plain), ssh: true, sshHost: 'bastion', sshPassphrase: 'p1', sshPassword: 'p2' };
    const of = (changed: Record<string, string>): unknown => fromValues({ ...base, ...changed }, plain, none).described?.ssh;
    assert.deepEqual(of({ sshLogin: 'agent' }), { host: 'bastion' });
    assert.deepEqual(of({ sshLogin: 'key', sshKey: '/k' }), { host: 'bastion', keyFile: '/k', secret: 'passphrase' });
    assert.deepEqual(of({ sshLogin: 'password' }), { host: 'bastion', agent: false, secret: 'password' });
    const jumps = [{ host: 'one', keyFile: '/one' }];
    const before: ConnectionProfile = { ...plain, ssh: { host: 'bastion', jumps, configFile: false } };
    assert.deepEqual(fromValues({ ...toValues(before), sshJumps: 'one\ntwo:23' }, before, none).described?.ssh, {
      ...{ host: 'bastion', configFile: false, jumps: [...jumps, { host: 'two', port: 23 }] },
    });
  });

  test('only what was changed in the form is saved: rights that were narrowed meanwhile stay so', () => {
    const described = (values: object): Parameters<typeof mergeChanges>[1] => {
      const read = fromValues({ ...toValues(plain), ...values }, plain, none).described;
      assert.ok(read !== undefined);
      return read;
    };
    const before = described({});
    const now: ConnectionProfile = {
      ...plain,
      readOnly: true,
      environment: 'production',
      allowUnenforcedReadOnly: undefined,
      group: 'live',
      position: 4,
    };
    const { profile: merged, conflicts } = mergeChanges(before, described({ name: 'renamed', port: '3308' }), now);
    assert.deepEqual(conflicts, []);
    const { id: _id, createdAt: _createdAt, allowUnenforcedReadOnly: _accepts, ...kept } = now;
    assert.deepEqual(merged, { ...kept, name: 'renamed', port: 3308 });
  });

  test('a field that was changed to something else elsewhere is a conflict', () => {
    const described = (values: object): Parameters<typeof mergeChanges>[1] =>
      fromValues({ ...toValues(plain), ...values }, plain, none).described ?? { ...plain };
    const now: ConnectionProfile = { ...plain, host: 'elsewhere', user: 'same' };
    assert.deepEqual(mergeChanges(described({}), described({ host: 'mine', user: 'same' }), now).conflicts, ['host']);
  });

  test('a secret that is typed is meant for the server of the form: another one since is a conflict', () => {
    const described = fromValues(toValues(plain), plain, none).described ?? plain;
    const now: ConnectionProfile = { ...plain, host: 'elsewhere', database: 'other' };
    const typed = (values: object): ReturnType<typeof mergeChanges> =>
      mergeChanges(described, described, now, fieldsMeant(typedSecrets({ ...toValues(plain), ...values })));
    assert.deepEqual(typed({}), { conflicts: [], profile: { ...described, host: 'elsewhere', database: 'other' } });
    for (const secret of ['password', 'sshPassword', 'sshPassphrase'])
      assert.deepEqual(typed({ [secret]: 'p' }), { conflicts: ['host'], profile: { ...described, database: 'other' } });
  });

  test('secrets of SSH are stored only where one was typed or belongs to another way', () => {
    const ssh = { host: 'bastion', secret: 'password' as const };
    const before: ConnectionProfile = { ...plain, ssh };
    const typed = (values: object): ReturnType<typeof typedSecrets> => typedSecrets({ ...toValues(before), ...values });
    assert.equal(storesSsh(typed({ color: 'red' }), before, { ssh }), false);
    assert.equal(storesSsh(typed({ sshPassword: 'p' }), before, { ssh }), true);
    assert.equal(storesSsh(typed({}), before, { ssh: { ...ssh, secret: 'passphrase' } }), true);
    assert.equal(storesSsh(typed({}), before, { ssh: { ...ssh, jumps: [{ host: 'jump' }] } }), true);
    assert.equal(storesSsh(typed({}), before, { ssh: undefined }), true);
    assert.equal(storesSsh(typed({}), plain, { ssh: undefined }), false);
  });

  test('without a name it is that of the database, else of the host', () => {
    const values = { ...toValues(plain), name: '' };
    assert.equal(fromValues(values, plain, none).described?.name, 'db.example');
    assert.equal(fromValues({ ...values, database: 'd' }, plain, none).described?.name, 'd');
  });
});
