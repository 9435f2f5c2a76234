import { showsRows } from '../../engine/sql/agentVisibility.ts';
import { isColumnRule, parseColumnRule } from '../../engine/sql/columnRule.ts';
import type { Config } from './configSchema.ts';

type Path = readonly (string | number)[];

/** How the reader calls the setting at a place. */
export type SettingName = (path: Path) => string;

/** Settings that are given and have no effect beside the others, each with the reason. One that is given to protect something must not be lost unnoticed. */
export function unreadSettings(config: Config, nameOf: SettingName, http: boolean): string[] {
  return [
    ...config.connections.flatMap((connection, i) => ofConnection(connection, ['connections', i], nameOf)),
    ...ofRest(config, nameOf, http),
  ];
}

/** What widens or narrows what agents do with rows. */
const AGENTS_ROWS = ['writes', 'unattendedProduction', 'dryRunOnProduction', 'allowedFunctions', 'scratchDatabase'];

type Connection = Config['connections'][number];

function ofConnection(connection: Connection, at: Path, nameOf: SettingName): string[] {
  const { socket, tls, tlsFiles, ssh, environment, agents, columns = [], writes = {} } = connection;
  const name = (...keys: readonly string[]): string => nameOf([...at, ...keys]);
  const unread = unreadOf(nameOf);
  const files = (...keys: readonly string[]): string[] => unread([...at, 'tlsFiles'], tlsFiles, keys, `${name('tls')} is ${tls ?? ''}`);
  const hops = ssh === undefined ? [] : [{ hop: ssh, where: [...at, 'ssh'] }];
  return [
    ...(showsRows(agents) ? [] : unread(at, connection, AGENTS_ROWS, `${name('agents')} is ${agents ?? ''}, so agents reach no rows`)),
    ...(socket === undefined ? [] : unread(at, connection, ['host', 'port'], `${name('socket')} already specifies the server`)),
    ...(tls === 'disabled' ? files('ca', 'certificate', 'key') : []),
    ...(tls === 'preferred' || tls === 'required'
      ? files('ca').map((note) => `${note} Only verify-ca and verify-identity check with it.`)
      : []),
    ...(tls === undefined || tls === 'disabled' || tls === 'preferred'
      ? []
      : unread(at, connection, ['serverPublicKeyFile'], `TLS is ${tls} and always encrypts`)),
    ...hops
      .filter(({ hop }) => hop.hostKey !== undefined)
      .flatMap(({ hop, where }) => unread(where, hop, ['knownHostsFile'], `only ${name('ssh', 'hostKey')} is accepted`)),
    ...(columns.some(makesPseudonyms)
      ? []
      : unread(at, connection, ['columnsKey'], `no rule of ${name('columns')} has the action pseudonym`)),
    ...(environment === 'production'
      ? []
      : unread(at, connection, ['unattendedProduction', 'dryRunOnProduction'], `${name('environment')} is not production`)),
    ...(environment !== 'production' || Object.values(writes).includes('allow')
      ? []
      : unread(at, connection, ['unattendedProduction'], `no entry of ${name('writes')} is allow`)),
  ];
}

function makesPseudonyms(text: string): boolean {
  const rule = parseColumnRule(text);
  return isColumnRule(rule) && rule.action === 'pseudonym';
}

function ofRest(config: Config, nameOf: SettingName, http: boolean): string[] {
  const { cache, protection, log, tracing, health, connections, writesFrom, exports = 'ask' } = config;
  const unread = unreadOf(nameOf);
  const writable = connections.flatMap(({ writes = {} }, i) =>
    Object.entries(writes).flatMap(([kind, mode]) => (mode === 'readOnly' ? [] : [['connections', i, 'writes', kind]])),
  );
  const cacheOff = `${nameOf(['cache', 'enabled'])} is not true`;
  return [
    ...(writesFrom === undefined && writable.length > 0 ? [note(writable.map(nameOf), `${nameOf(['writesFrom'])} is empty`)] : []),
    ...(writable.length > 0 ? [] : unread([], config, ['writesFrom'], 'no connection lets agents write')),
    ...(writable.length > 0 || exports === 'ask'
      ? []
      : unread([], config, ['approvals'], `no connection lets agents write, and ${nameOf(['exports'])} is not ask`)),
    ...(cache?.enabled === true
      ? []
      : [
          ...unread(['cache'], cache, ['entries', 'seconds', 'eviction', 'sweepSeconds', 'invalidation'], cacheOff),
          ...unread(['health'], health, ['cacheHitShare'], cacheOff),
        ]),
    ...ofProtection(protection, nameOf),
    ...ofLog(log, nameOf),
    ...(tracing?.enabled === false ? unread(['tracing'], tracing, ['endpoint'], `${nameOf(['tracing', 'enabled'])} is false`) : []),
    ...(http ? [] : unread([], config, ['http'], 'only --http needs it')),
  ];
}

function ofProtection(protection: Config['protection'], nameOf: SettingName): string[] {
  const unread = unreadOf(nameOf);
  const at = ['protection'];
  if (protection?.enabled === false) {
    const keys = ['injection', 'filter', 'rateLimit', 'queryLength', 'parameterLength'];
    return unread(at, protection, keys, `${nameOf([...at, 'enabled'])} is false`);
  }
  const { filter, rateLimit } = protection ?? {};
  const other = filter?.mode === 'blacklist' ? ['allow'] : filter?.mode === 'whitelist' ? ['deny'] : [];
  const { algorithm = 'token_bucket' } = rateLimit ?? {};
  return [
    ...unread([...at, 'filter'], filter, other, `${nameOf([...at, 'filter', 'mode'])} is ${filter?.mode ?? ''}`),
    ...(algorithm === 'token_bucket'
      ? []
      : unread([...at, 'rateLimit'], rateLimit, ['burst'], `${nameOf([...at, 'rateLimit', 'algorithm'])} is ${algorithm}`)),
  ];
}

function ofLog(log: Config['log'], nameOf: SettingName): string[] {
  const { folder, toFiles = folder !== undefined, level } = log ?? {};
  const unread = unreadOf(nameOf);
  return [
    ...(toFiles ? [] : unread(['log'], log, ['folder', 'fileBytes', 'files'], `${nameOf(['log', 'toFiles'])} is not true`)),
    ...(level === 'warning' || level === 'error'
      ? unread(['log'], log, ['metricsSeconds'], `${nameOf(['log', 'level'])} is ${level}, and metrics need level info`)
      : []),
  ];
}

/** Says which of some keys are given though they have no effect. */
function unreadOf(nameOf: SettingName) {
  return (at: Path, section: object | undefined, keys: readonly string[], because: string): string[] => {
    const given = Object.entries(section ?? {}).flatMap(([key, value]) => (keys.includes(key) && value !== undefined ? [key] : []));
    return given.length === 0 ? [] : [note([...new Set(given.map((key) => nameOf([...at, key])))], because)];
  };
}

function note(names: readonly string[], because: string): string {
  return `Set but not used, because ${because}: ${names.join(', ')}.`;
}
