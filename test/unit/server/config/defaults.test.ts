import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { CONNECT_TIMEOUT_MS } from '../../../../src/engine/driver/connect.ts';
import { HEALTH_THRESHOLDS } from '../../../../src/engine/observability/health.ts';
import { ConfigSchema } from '../../../../src/server/config/configSchema.ts';
import { ConfigSource } from '../../../../src/server/config/configSource.ts';
import { requestLimits } from '../../../../src/server/config/protection.ts';
import { VARIABLES } from '../../../../src/server/config/variables.ts';
import { cacheOf, limitsOf } from '../../../../src/server/limits/limits.ts';
import { ROOT } from '../../../harness/root.ts';
import { schemaKeys, type SchemaNode } from '../../../harness/schemaKeys.ts';

/** A constant that is not exported, as it stands in the source. */
function inSource(file: string, pattern: RegExp): string {
  return (pattern.exec(readFileSync(path.join(ROOT, 'src', file), 'utf8'))?.[1] ?? '').replaceAll('_', '');
}

/** What holds where nothing is said. */
async function inForce(): Promise<Readonly<Record<string, unknown>>> {
  const [profile] = await new ConfigSource({ connections: [{ name: 'a', user: 'a' }] }).listProfiles();
  const limits = limitsOf();
  const cache = cacheOf({ enabled: true });
  const gate = requestLimits({ rateLimit: {} });
  const files = Number(inSource('server/start/configServer.ts', /const FILE_BYTES = ([\d_]+);/)) / 1e6;
  return {
    'connections.0.host': profile?.host,
    'connections.0.port': profile?.port,
    'connections.0.tls': profile?.tls,
    'connections.0.poolSize': inSource('engine/driver/sessionPool.ts', /const DEFAULTS = \{ size: (\d+)/),
    'connections.0.connectTimeoutMs': CONNECT_TIMEOUT_MS,
    'connections.0.ssh.port': inSource('engine/driver/ssh/sshRoute.ts', /\?\? (22)\b/),
    'connections.0.ssh.jumps.0.port': inSource('engine/driver/ssh/sshRoute.ts', /\?\? (22)\b/),
    folder: '~/.mysql-pilot',
    'limits.rows': limits.rows,
    'limits.maxRows': limits.maxRows,
    'limits.seconds': limits.seconds,
    'cache.entries': cache?.entries,
    'cache.seconds': (cache?.lifetimeMs ?? 0) / 1000,
    'cache.sweepSeconds': (cache?.sweepMs ?? 0) / 1000,
    'cache.enabled': false,
    'protection.queryLength': gate.queryLength,
    'protection.rateLimit.perMinute': gate.rate?.perMinute,
    'protection.rateLimit.burst': gate.rate?.burst,
    'protection.rateLimit.algorithm': gate.rate?.algorithm,
    ...Object.fromEntries(Object.entries(HEALTH_THRESHOLDS).map(([key, value]) => [`health.${key}`, value])),
    'log.fileBytes': `${String(files)} MB`,
    'log.files': inSource('server/start/configServer.ts', /const FILES = (\d+);/),
    'tracing.endpoint': inSource('server/start/configServer.ts', /endpoint \?\? '([^']+)'/),
    'http.maxSessions': inSource('server/http/httpService.ts', /SESSIONS: SessionRules = \{ max: (\d+)/),
    fullStatements: false,
    'audit.reads': true,
    'audit.statementTags': true,
    'log.securityEvents': inSource('server/start/configServer.ts', /securityEvents = (\w+)/),
    'log.rejectedQueries': inSource('server/start/configServer.ts', /rejectedQueries = (\w+)/),
    'tools.0.parameters.p.maxLength': inSource('server/tools/savedQueryTool.ts', /const DEFAULT_LENGTH = ([\d_]+)/),
  };
}

/** What a description says of a default; undefined where it is told in other words. */
function told(description: string): string | undefined {
  const [, before, value = before ?? ''] =
    /(?:^|[\s`(,])((?:https?:)?[~\w.:/,-]*\w(?: MB)?)`? by default|Default: `?([~\w.:/,-]*\w(?: MB)?)/.exec(description) ?? [];
  return /^(?:[\d.,]+(?: MB)?|true|false|[a-z]+_[a-z]+|[\d.]+|https?:.*|~.*)$/.test(value) ? value.replaceAll(/,(?=\d)/g, '') : undefined;
}

suite('defaults', () => {
  test('are told in the documentation and the schema as they are in force', async () => {
    const known = await inForce();
    const keys = [...schemaKeys(z.toJSONSchema(ConfigSchema, { io: 'input' }) as SchemaNode)];
    const descriptions = [
      ...keys.map(({ path: at, node: { description = '' } }) => ({ place: at.join('.'), description, times: 1 })),
      ...VARIABLES.map(({ place, kind, description }) => ({ place, description, times: kind === 'seconds' ? 1000 : 1 })),
    ];
    const checked = descriptions.flatMap(({ place, description, times }) => {
      const value = told(description);
      return value === undefined ? [] : [{ place, value, is: times === 1 ? String(known[place]) : String(Number(known[place]) * times) }];
    });
    assert.ok(checked.length > 40, String(checked.length));
    for (const { place, value, is } of checked) assert.equal(value, is, place);
  });
});
