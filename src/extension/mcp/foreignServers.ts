import { parse } from 'jsonc-parser';
import * as z from 'zod';
import { SERVER_NAME } from '../../identity.ts';

const named = z.record(z.string(), z.unknown()).optional().catch(undefined);
const holder = z.looseObject({ servers: named }).optional().catch(undefined);
const settings = z.looseObject({ mcp: holder, 'mcp.servers': named }).optional().catch(undefined);
/** `.vscode/mcp.json`, `.mcp.json`, a folder's settings, those in a `.code-workspace` file, and what `devcontainer.json` says for VS Code. */
const FileSchema = z.looseObject({
  ...{ servers: named, mcpServers: named, mcp: holder, 'mcp.servers': named, settings },
  customizations: z
    .looseObject({ vscode: z.looseObject({ mcp: holder, settings }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/**
 * Names of servers in a file that can be taken for ours: VS Code lets one of two servers with the same label run. Empty where it is no such file; undefined where nobody can
 * tell, because its brackets are deeper than a call stack.
 */
export function serversCalledLikeOurs(text: string): readonly string[] | undefined {
  let value: unknown;
  try {
    value = parse(text, [], { allowTrailingComma: true });
  } catch {
    return undefined;
  }
  const read = FileSchema.safeParse(value);
  if (!read.success) return [];
  const { data } = read;
  const vscode = data.customizations?.vscode;
  const lists = [
    ...[data.servers, data.mcpServers, data.mcp?.servers, data['mcp.servers'], vscode?.mcp?.servers],
    ...[data.settings, vscode?.settings].flatMap((one) => [one?.mcp?.servers, one?.['mcp.servers']]),
  ];
  const names = lists.flatMap((list) => Object.keys(list ?? {}));
  const different = [...new Set(names)];
  const looks = looksLike(different.map((name) => name.replaceAll('\n', '')).join('\n')).split('\n'); // all at once: a file may have tens of thousands
  const ours = looksLike(SERVER_NAME);
  return different.filter((_, i) => looks[i] === ours);
}

/** Lines without what hardly shows: letter case, width, marks and separators. */
function looksLike(lines: string): string {
  return lines
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\n]/gu, '')
    .replaceAll(/[іıι1il|]/gu, 'l')
    .replaceAll(/[оοo0]/gu, 'o')
    .replaceAll(/[уγυүy]/gu, 'y')
    .replaceAll(/[ѕs5]/gu, 's')
    .replaceAll(/[рρ]/gu, 'p')
    .replaceAll(/[мμ]/gu, 'm')
    .replaceAll(/[тτ]/gu, 't')
    .replaceAll(/ԛ/gu, 'q');
}
