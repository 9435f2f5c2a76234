import * as z from 'zod';
import type { Receipt } from '../../broker/receiptContract.ts';
import type { CallRegistry } from '../journal/callRegistry.ts';
import type { GivenConnections } from '../connections/connections.ts';
import type { Gives } from '../connections/visibility.ts';
import type { ExportFlow } from '../exports/exportFlow.ts';
import { MAX_SECONDS, type Limits } from '../limits/limits.ts';
import type { Mark } from '../messages/dataBoundary.ts';
import type { Viewer } from '../views/viewer.ts';
import type { WriteFlow } from '../writes/writeFlow.ts';

export interface ToolContext {
  readonly connections: GivenConnections;
  readonly exports: ExportFlow;
  readonly writes: WriteFlow;
  /** Shows a view to the person; undefined where there is no way. */
  readonly viewer: Viewer | undefined;
  /** The program that calls, as it called itself. */
  readonly client: string | undefined;
  /** The calls of this process; `callId` is this one's. */
  readonly calls: CallRegistry;
  readonly callId: number;
  /** What this session has seen of each connection. */
  readonly receipts: () => readonly Receipt[];
  readonly limits: Limits;
  readonly version: string;
  /** Aborted when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  /** Puts the boundary of this answer around text that comes from a database. */
  readonly untrusted: Mark;
  /** Tells a client that asked for it how far the call is. */
  progress(done: number, message: string): void;
  /** Names the connection that the call uses, for the window's record of calls. */
  usesConnection(name: string): void;
}

interface FileLink {
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
}

/** What a call answers: text; a link where it made a file; the number of a view that the client shows itself. */
export type ToolAnswer = string | { readonly text: string; readonly link: FileLink } | { readonly text: string; readonly view: string };

/**
 * What a tool may do. `read` changes nothing, so that clients need not ask; `export` writes a new file on the user's machine
 * and changes nothing in the database; `write` changes the database, where the user lets it.
 */
export type Operation = 'read' | 'export' | 'write';

/** All that there is to say about a tool; its entry in `tools/list`, its annotations and its record derive from this. */
export interface ToolDefinition<Input extends z.ZodObject> {
  readonly name: string;
  /** For people; VS Code asks "Run <title>". */
  readonly title: string;
  /** Written for a model: when to use it, what comes back. */
  readonly description: string;
  /** Made when it is needed: a start lists the tools, and calls none. */
  readonly input: () => Input;
  readonly operation: Operation;
  /** What its answer holds of a connection, with these arguments. */
  readonly gives: Gives | ((input: z.infer<Input>) => Gives);
  /** The list of tools has every bound of its arguments: a person has set them. */
  readonly tellsBounds?: boolean;
  /** `gives` is what the call has declared to give. */
  run(input: z.infer<Input>, context: ToolContext, gives: Gives): Promise<ToolAnswer>;
}

/** A tool with its input type hidden: arguments are checked by the schema at the edge, in `call`. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly operation: Operation;
  readonly gives: Gives | 'by its arguments';
  readonly inputSchema: { type: 'object' } & Record<string, unknown>;
  /** The context depends on what the call has declared to give. Throws ZodError for arguments that do not fit, PilotError for all else that goes wrong. */
  call(input: unknown, contextFor: (gives: Gives) => ToolContext): Promise<ToolAnswer>;
}

/** Of our own tools, by name, with the usual limits: made by esbuild.js from this very code. Not there where the code runs as it is written. */
declare const PILOT_INPUT_SCHEMAS: Readonly<Record<string, Tool['inputSchema']>> | undefined;

/** A tool whose arguments are checked by its schema before it runs. `usual` is false for one whose schema depends on settings that are not the usual ones. */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>, usual = true): Tool {
  const { name, title, description, operation, gives } = definition;
  let input: Input | undefined;
  const built = usual && typeof PILOT_INPUT_SCHEMAS !== 'undefined' ? PILOT_INPUT_SCHEMAS[name] : undefined;
  let inputSchema = built;
  return {
    name,
    title,
    description,
    operation,
    gives: typeof gives === 'function' ? 'by its arguments' : gives,
    get inputSchema() {
      return (inputSchema ??= describe((input ??= definition.input()), definition.tellsBounds === true));
    },
    call: async (argument = {}, contextFor) => {
      const parsed = (input ??= definition.input()).parse(argument);
      const given = typeof gives === 'function' ? gives(parsed) : gives;
      return definition.run(parsed, contextFor(given), given);
    },
  };
}

function describe(input: z.ZodObject, tellsBounds: boolean): Tool['inputSchema'] {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (!tellsBounds) leaveOutBounds(jsonSchema);
    },
  });
  return { ...schema, type: 'object' };
}

/** No agent needs to read that a name is not empty: each call pays for the list. The bounds hold all the same. */
function leaveOutBounds(schema: z.core.JSONSchema.BaseSchema): void {
  delete schema.minLength;
  delete schema.exclusiveMinimum;
  if (schema.type === 'string') delete schema.maxLength;
  if (schema.minimum === 1) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

export const connectionInput = () => z.string().optional();
export const databaseInput = () => z.string().min(1).max(64).optional();

export const paramsInput = () =>
  z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .max(1000)
    .optional()
    .describe('For each ? of one statement.');

export const timeoutInput = () => z.number().positive().max(MAX_SECONDS).optional();
