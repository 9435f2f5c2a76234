import { parse } from 'jsonc-parser';
import * as z from 'zod';
import { readVariables } from './envFile.ts';
import type { ImportCandidate } from './importCandidate.ts';

const environment = z.record(z.string(), z.union([z.string(), z.null()])).optional();
const FileSchema = z.looseObject({ containerEnv: environment, remoteEnv: environment });

/** The connections in the environment that a `devcontainer.json` gives to its container. @see https://containers.dev/implementors/json_reference/ */
export function readDevContainer(text: string, source: string): ImportCandidate[] {
  const file = FileSchema.safeParse(parse(text));
  if (!file.success) return [];
  const all = Object.entries({ ...file.data.containerEnv, ...file.data.remoteEnv });
  return readVariables(Object.fromEntries(all.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))), source);
}
