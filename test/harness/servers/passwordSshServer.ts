import { connect } from 'node:net';
import ssh2, { type AuthContext, type Connection } from 'ssh2';

/** The one that it takes. */
export const TUNNEL_PASSWORD = 'tunnel-pw';

/** An SSH server that asks for a password and forwards ports; of the ssh2 library, since sshd would need a system account for it. */
export class PasswordSshServer {
  readonly #server: ssh2.Server;
  readonly #publicKey: string;

  private constructor(server: ssh2.Server, publicKey: string) {
    this.#server = server;
    this.#publicKey = publicKey;
  }

  /** With `silent` it never answers a wish for a tunnel: as a server does whose packets to the database are dropped. */
  static async start(method: 'password' | 'keyboard-interactive', silent = false): Promise<PasswordSshServer> {
    const hostKey = makeHostKey();
    const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client: Connection) => {
      client.on('error', () => undefined);
      client.on('authentication', (context: AuthContext) => {
        if (context.method !== method) {
          context.reject([method]);
        } else if (context.method === 'password') {
          if (context.password === TUNNEL_PASSWORD) context.accept();
          else context.reject();
        } else {
          context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => {
            if (answer === TUNNEL_PASSWORD) context.accept();
            else context.reject();
          });
        }
      });
      client.on('tcpip', (accept, _, { destIP, destPort }) => {
        if (silent) return;
        const [one, other] = [accept(), connect(destPort, destIP)];
        one.pipe(other).pipe(one);
        for (const end of [one, other]) end.on('error', () => undefined);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PasswordSshServer(server, hostKey.public);
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Its public key, as in a `known_hosts` file. */
  get knownHosts(): string {
    const [type = '', key = ''] = this.#publicKey.split(' ');
    return `[127.0.0.1]:${String(this.port)} ${type} ${key}\n`;
  }

  dispose(): void {
    this.#server.close();
  }
}

/** Of the keys that the ssh2 library makes, one in 150 is none that it reads (4 of 600, version 1.17). */
function makeHostKey(): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return made;
  }
}
