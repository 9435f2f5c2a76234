import { parse } from 'jsonc-parser';
import * as z from 'zod';
import { lazySchema } from '../../lazySchema.ts';
import { SERVER_NAME } from '../../identity.ts';

/** Larger files are not configurations of servers. */
const MAX_CHARACTERS = 1_000_000;

const named = lazySchema(() => z.record(z.string(), z.unknown()));
/** `.vscode/mcp.json`, `.mcp.json`, and the settings in a `.code-workspace` file. */
const FileSchema = lazySchema(() =>
  z.looseObject({
    servers: named.optional().catch(undefined),
    mcpServers: named.optional().catch(undefined),
    settings: z
      .looseObject({ mcp: z.looseObject({ servers: named.optional() }).optional() })
      .optional()
      .catch(undefined),
  }),
);

/** Names of servers in a file that can be taken for ours: VS Code lets one of two servers with the same label run. Empty where it is no such file. */
export function serversCalledLikeOurs(text: string): readonly string[] {
  if (text.length > MAX_CHARACTERS) return [];
  const read = FileSchema.safeParse(valueOf(text));
  if (!read.success) return [];
  const { servers, mcpServers, settings } = read.data;
  const names = [servers, mcpServers, settings?.mcp?.servers].flatMap((list) => Object.keys(list ?? {}));
  return [...new Set(names)].filter((name) => looksLike(name) === looksLike(SERVER_NAME));
}

/** Undefined where the brackets are deeper than a call stack. */
function valueOf(text: string): unknown {
  try {
    return parse(text, [], { allowTrailingComma: true });
  } catch {
    return undefined;
  }
}

/** Without what hardly shows: letter case, width, marks and separators. */
function looksLike(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll(/[і1l|]/gu, 'l')
    .replaceAll(/[оo0]/gu, 'o')
    .replaceAll(/[уy]/gu, 'y')
    .replaceAll(/[ѕs5]/gu, 's');
}
