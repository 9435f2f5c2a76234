import type { ServerInfo } from '../../driver/serverInfo.ts';
import { PLAIN_MODES, type Dialect } from '../../sql/lexer/dialect.ts';

/** How the sessions of agents on this server read a text: they set the modes themselves. */
export function agentDialect({ flavor, versionNumber }: ServerInfo): Dialect {
  return { flavor, version: versionNumber, ...PLAIN_MODES };
}
