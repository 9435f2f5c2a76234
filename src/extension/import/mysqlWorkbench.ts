import path from 'node:path';
import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';
import type { SshTunnelSettings, TlsMode } from '../../engine/driver/profile.ts';
import { parseAddress } from '../../engine/driver/ssh/sshAddress.ts';
import { FileProblem } from './fileProblem.ts';
import { candidateFrom, type ImportCandidate } from './importCandidate.ts';

/** What its `useSSL` stands for, in the order of its list. */
const TLS = ['disabled', 'preferred', 'required', 'verify-ca', 'verify-identity'] as const;

/** The connections of MySQL Workbench. Their passwords are in the system's key ring, and are asked for. */
export function readWorkbench(xml: string, source: string): ImportCandidate[] {
  const root = parse(xml);
  return root === null ? [] : objects(root).flatMap((element) => toFound(element, source) ?? []);
}

function parse(xml: string): XmlElement | null {
  try {
    return parseXml(xml).root;
  } catch (error) {
    throw new FileProblem(`It isn't valid XML${error instanceof XmlError ? `: see line ${String(error.line)}` : ''}.`);
  }
}

function objects(element: XmlElement): XmlElement[] {
  if (element.attributes['struct-name'] === 'db.mgmt.Connection') return [element];
  return element.children.flatMap((child) => (child instanceof XmlElement ? objects(child) : []));
}

function toFound(element: XmlElement, source: string): ImportCandidate | undefined {
  const own = valuesOf(element);
  const dictionary = element.children.find((child) => child instanceof XmlElement && child.attributes['key'] === 'parameterValues');
  const values = dictionary instanceof XmlElement ? valuesOf(dictionary) : new Map<string, string>();
  const value = (key: string): string | undefined => (values.get(key) === '' ? undefined : values.get(key));
  const found = candidateFrom(source, {
    ...{ name: own.get('name'), user: value('userName'), database: value('schema') },
    ...{ tls: tlsMode(value('useSSL')), tlsFiles: { ca: value('sslCA'), certificate: value('sslCert'), key: value('sslKey') } },
    ...{ host: value('hostName'), port: value('port') },
    ...(value('hostName') === undefined ? { socket: value('socket') } : {}),
  });
  if (found === undefined) return undefined;
  const { target } = found;
  return { ...found, target: { ...target, ...tunnel(value) } };
}

/** Its "if available" is what a connection begins with: no choice, so that an authority counts. */
function tlsMode(useSsl: string | undefined): TlsMode | undefined {
  const mode = TLS[Number(useSsl ?? 1)] ?? 'verify-identity';
  return mode === 'preferred' ? undefined : mode;
}

function tunnel(value: (key: string) => string | undefined): { ssh?: SshTunnelSettings } {
  const address = value('sshHost');
  if (address === undefined) return {};
  const [user, keyFile] = [value('sshUserName'), value('sshKeyFile')];
  return {
    ssh: {
      ...parseAddress(address),
      ...(user === undefined ? {} : { user }),
      ...(keyFile === undefined || !path.isAbsolute(keyFile) ? { secret: 'password' as const, agent: false } : { keyFile }),
    },
  };
}

/** The simple values below an element, by their keys. */
function valuesOf(element: XmlElement): Map<string, string> {
  return new Map(
    element.children.flatMap((child): [string, string][] =>
      child instanceof XmlElement && child.attributes['key'] !== undefined ? [[child.attributes['key'], child.text.trim()]] : [],
    ),
  );
}
