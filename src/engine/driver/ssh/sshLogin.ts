import ssh2, { type AnyAuthMethod, type ParsedKey, type Prompt } from 'ssh2';
import { PilotError } from '../../errors.ts';
import { readNamedFile } from '../../namedFile.ts';
import { OrderedAgent } from './orderedAgent.ts';
import type { RouteHop } from './sshRoute.ts';

export interface LoginMethods {
  readonly methods: AnyAuthMethod[];
  /** Why a key is not among them that was named, and may still be in the agent, or that lies where keys are looked for, and is encrypted. */
  readonly problem: PilotError | undefined;
}

/** What a server is offered, in this order: keys of the agent, key files, the password. Throws `ssh.failed` for a key that was named and cannot be used. */
export async function loginMethods({
  user: username,
  keyFiles,
  keyIsNamed,
  agent,
  onlyTheseKeys,
  secret,
}: RouteHop): Promise<LoginMethods> {
  const keys: ParsedKey[] = [];
  const publicKeys: ParsedKey[] = [];
  let unused: PilotError | undefined;
  for (const file of keyFiles) {
    const { key, publicKey, problem } = await readKey(file, secret.passphrase);
    if (key !== undefined) keys.push(key);
    if (publicKey !== undefined) publicKeys.push(publicKey);
    if (problem === undefined) continue;
    // An encrypted key without its passphrase may still be in the agent.
    if (keyIsNamed && (agent === undefined || publicKey === undefined)) throw problem;
    if (keyIsNamed || (agent === undefined && problem.advice === 'ssh.passphrase')) unused ??= problem;
  }
  const { password } = secret;
  const methods: AnyAuthMethod[] = [];
  if (agent !== undefined)
    methods.push({
      type: 'agent',
      username,
      agent: new OrderedAgent(ssh2.createAgent(agent), publicKeys, onlyTheseKeys && publicKeys.length > 0),
    });
  for (const key of keys) methods.push({ type: 'publickey', username, key });
  if (password !== undefined) {
    methods.push({ type: 'password', username, password });
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_, __, ___, prompts, finish) => {
        finish(answers(prompts, password));
      },
    });
  }
  return { methods, problem: unused };
}

/** A password answers one question that hides what is typed; what else is asked (a second factor) nobody here can know. */
function answers(prompts: readonly Prompt[], password: string): string[] {
  return prompts.map(({ echo }, i) => (i === 0 && echo !== true ? password : ''));
}

interface KeyRead {
  readonly key: ParsedKey | undefined;
  readonly publicKey: ParsedKey | undefined;
  readonly problem: PilotError | undefined;
}

async function readKey(file: string, passphrase: string | undefined): Promise<KeyRead> {
  const publicKey = parse(await readNamedFile(`${file}.pub`).catch(() => undefined));
  try {
    const parsed = ssh2.utils.parseKey(await readNamedFile(file), passphrase);
    if (parsed instanceof Error) throw parsed;
    return { key: parsed, publicKey: publicKey ?? parsed, problem: undefined };
  } catch (error) {
    const { message } = error as Error;
    const advice = /passphrase|encrypted|decrypt|integrity/i.test(message) ? 'ssh.passphrase' : 'ssh.keyPath';
    return {
      key: undefined,
      publicKey,
      problem: new PilotError('ssh.failed', `The key ${file} can't be used: ${message}`, { advice, cause: error }),
    };
  }
}

function parse(text: Buffer | undefined): ParsedKey | undefined {
  const parsed = text === undefined ? undefined : ssh2.utils.parseKey(text);
  return parsed instanceof Error ? undefined : parsed;
}
