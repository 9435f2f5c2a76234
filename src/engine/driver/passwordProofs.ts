import { constants, createHash, publicEncrypt, type KeyObject } from 'node:crypto';
import { Point, etc } from '@noble/ed25519';

/** For the owner of a key. The nonce keeps what was seen on the way from being sent once more. */
export function encryptPassword(password: string, nonce: Buffer, key: KeyObject | Buffer): Buffer {
  const masked = Buffer.from(`${password}\0`);
  for (let i = 0; i < masked.length; i++) masked[i] = (masked[i] ?? 0) ^ (nonce[i % nonce.length] ?? 0);
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, masked);
}

export function hashSha1(password: string): Buffer {
  return sha('sha1', password);
}

export function scrambleSha1(password: string, nonce: Buffer): Buffer {
  const stage1 = sha('sha1', password);
  return xor(stage1, sha('sha1', nonce, sha('sha1', stage1)));
}

export function scrambleSha256(password: string, nonce: Buffer): Buffer {
  const stage1 = sha('sha256', password);
  return xor(stage1, sha('sha256', sha('sha256', stage1), nonce));
}

function xor(a: Buffer, b: Buffer): Buffer {
  return a.map((byte, i) => byte ^ (b[i] ?? 0)) as Buffer;
}

/**
 * MariaDB's `ed25519`: an Ed25519 signature of the nonce, where the secret is the password, of any length, instead of 32 bytes. Node's crypto takes no such key.
 * @see https://mariadb.com/docs/server/reference/plugins/authentication-plugins/authentication-plugin-ed25519
 * @see https://www.rfc-editor.org/rfc/rfc8032#section-5.1.6
 */
export function signNonce(password: string, nonce: Uint8Array): Buffer {
  const expanded = sha('sha512', password);
  const head = expanded.subarray(0, 32);
  head[0] = (head[0] ?? 0) & 0xf8;
  head[31] = ((head[31] ?? 0) & 0x7f) | 0x40;
  const secret = scalar(head);
  const publicKey = Point.BASE.multiply(secret).toBytes();
  const once = scalar(sha('sha512', expanded.subarray(32), nonce));
  const commitment = Point.BASE.multiply(once).toBytes();
  const challenge = scalar(sha('sha512', commitment, publicKey, nonce));
  return Buffer.concat([commitment, littleEndian(etc.mod(once + challenge * secret, ORDER))]);
}

const ORDER = Point.CURVE().n;

function sha(algorithm: 'sha1' | 'sha256' | 'sha512', ...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Little-endian bytes as a number below the order of the base point. */
function scalar(bytes: Uint8Array): bigint {
  return etc.mod(BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`), ORDER);
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
