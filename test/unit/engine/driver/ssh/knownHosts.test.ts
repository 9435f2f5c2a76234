import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { fingerprint, KnownHosts, typeOf } from '../../../../../src/engine/driver/ssh/knownHosts.ts';

const publicKey = (type: string, body: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)]);
};
const A = publicKey('ssh-ed25519', 'a');
const B = publicKey('ssh-ed25519', 'b');
const RSA = publicKey('ssh-rsa', 'r');
const line = (names: string, key: Buffer): string => `${names} ${typeOf(key)} ${key.toString('base64')} a comment\n`;

suite('known hosts', () => {
  const judge = (text: string, host: string, port: number, key: Buffer): string => new KnownHosts([text]).judge(host, port, key);

  test('by name and port, in any letter case', () => {
    const text = line('db.example,10.0.0.1', A) + line('[db.example]:2222', B);
    assert.equal(judge(text, 'db.example', 22, A), 'known');
    assert.equal(judge(text, 'DB.Example', 22, A), 'known');
    assert.equal(judge(text, '10.0.0.1', 22, A), 'known');
    assert.equal(judge(text, 'db.example', 2222, B), 'known');
    assert.equal(judge(text, 'db.example', 2222, A), 'changed');
    assert.equal(judge(text, 'db.example', 2223, A), 'unknown');
    assert.equal(judge(text, 'db.example', 22, RSA), 'unknown', 'a key of another type is no change');
  });

  test('patterns, and names that are excepted', () => {
    const text = line('*.example,!bad.example,h?st', A);
    assert.equal(judge(text, 'a.example', 22, A), 'known');
    assert.equal(judge(text, 'bad.example', 22, A), 'unknown');
    assert.equal(judge(text, 'host', 22, A), 'known');
    assert.equal(judge(text, 'example', 22, A), 'unknown');
    assert.equal(judge(line('a+b', A), 'aab', 22, A), 'unknown');
  });

  test('hashed names', () => {
    const salt = Buffer.from('0123456789abcdefghij');
    const hash = createHmac('sha1', salt).update('[db.example]:2222').digest('base64');
    const text = line(`|1|${salt.toString('base64')}|${hash}`, A);
    assert.equal(judge(text, 'db.example', 2222, A), 'known');
    assert.equal(judge(text, 'db.example', 22, A), 'unknown');
  });

  test('revoked keys, comments, authorities, and what is broken', () => {
    assert.equal(judge(`@revoked ${line('*', A)}${line('db', A)}`, 'db', 22, A), 'revoked');
    assert.equal(judge(`# ${line('db', A)}`, 'db', 22, A), 'unknown');
    assert.equal(judge(`@cert-authority ${line('*', A)}`, 'db', 22, A), 'unknown');
    assert.equal(judge('db\n\nnonsense here\n|1|x\n', 'db', 22, A), 'unknown');
    assert.equal(judge('', 'db', 22, Buffer.from('x')), 'unknown');
  });

  test('the types to ask a server for', () => {
    const hosts = new KnownHosts([line('db', A), line('db', RSA), line('db', B), `@revoked ${line('db', publicKey('ssh-dss', 'd'))}`]);
    assert.deepEqual(hosts.typesOf('db', 22), ['ssh-ed25519', 'ssh-rsa']);
    assert.deepEqual(hosts.typesOf('other', 22), []);
  });

  test('a fingerprint is written as ssh-keygen does', () => {
    assert.match(fingerprint(A), /^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
