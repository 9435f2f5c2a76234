import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { APP_MIME_TYPE, APPS_EXTENSION } from '../views/appViews.ts';
import type { ProtocolServer } from './mcpServer.ts';

type Unknown = Readonly<Record<string, unknown>>;

export interface ClientInfo {
  readonly name: string | undefined;
  readonly capabilities: Unknown;
  readonly protocolVersion: string | undefined;
}

/** It stands in each line of the record and of the log. No program's name is as long. */
const MAX_NAME = 200;

/** An object with names, and no list. */
export function isRecord(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Said with each request since 2026-07-28, once by `initialize` before. */
export function clientOf(server: ProtocolServer, { mcpReq: { envelope } }: ServerContext): ClientInfo {
  const said: Unknown = envelope ?? {};
  if (said[PROTOCOL_VERSION_META_KEY] !== undefined) {
    const { [CLIENT_INFO_META_KEY]: info, [CLIENT_CAPABILITIES_META_KEY]: capabilities, [PROTOCOL_VERSION_META_KEY]: version } = said;
    return {
      name: isRecord(info) && typeof info['name'] === 'string' ? info['name'].slice(0, MAX_NAME) : undefined,
      capabilities: isRecord(capabilities) ? capabilities : {},
      protocolVersion: typeof version === 'string' ? version : undefined,
    };
  }
  /* eslint-disable @typescript-eslint/no-deprecated -- there is no other way to what `initialize` said; the SDK keeps these for the older era */
  return {
    name: server.getClientVersion()?.name.slice(0, MAX_NAME),
    capabilities: server.getClientCapabilities() ?? {},
    protocolVersion: server.getNegotiatedProtocolVersion(),
  };
  /* eslint-enable @typescript-eslint/no-deprecated */
}

/** True where the client can put a form before its user. Who names no mode has this one. */
export function asksByForm({ capabilities: { elicitation } }: ClientInfo): boolean {
  return isRecord(elicitation) && (Object.keys(elicitation).length === 0 || elicitation['form'] !== undefined);
}

/** True where the client can show its user an address, and opens it in their browser. */
export function asksByUrl({ capabilities: { elicitation } }: ClientInfo): boolean {
  return isRecord(elicitation) && elicitation['url'] !== undefined;
}

/** True where the client shows apps of a server to its user. */
export function showsApps({ capabilities: { extensions } }: ClientInfo): boolean {
  const apps = isRecord(extensions) ? extensions[APPS_EXTENSION] : undefined;
  return isRecord(apps) && Array.isArray(apps['mimeTypes']) && apps['mimeTypes'].includes(APP_MIME_TYPE);
}
