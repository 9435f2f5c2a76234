import * as z from 'zod';
import { ExportReviewSchema } from './exportContract.ts';
import { words, WriteReviewSchema } from './reviewContract.ts';
import { SavedQuerySchema } from './savedQueries.ts';
import type { SshSecret } from '../engine/driver/profile.ts';
import { UNDO_OBSTACLES } from '../engine/writes/undoRecord.ts';
import { ConnectionProfileSchema } from '../engine/driver/profileSchema.ts';

/** Of what a person writes for an agent. */
export const MAX_REASON = 1000;

/** Raised whenever a message changes its meaning, so that an old server and a new extension refuse each other clearly. */
export const PROTOCOL_VERSION = 10;

/**
 * The file by which a server finds the window that started it. Its path is all that the provided MCP definition holds; the
 * token in it is worth something only to who can read the file (0600, checked).
 */
export const RendezvousSchema = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  /** Unix socket or named pipe. */
  socket: z.string().min(1),
  token: z.string().regex(/^[0-9a-f]{64}$/),
  /** The extension host; a file whose process is gone is stale. */
  pid: z.int().positive(),
});
export type Rendezvous = z.infer<typeof RendezvousSchema>;

/** The first request on a socket; anything else before it ends the socket. */
export const AuthenticateSchema = z.strictObject({ token: z.string(), protocol: z.int() });
/** → true; the socket ends where token or protocol are wrong. */
export const AUTHENTICATE = 'authenticate';

/** → ConnectionProfile[], never with a secret, and only those that agents see. */
export const LIST_PROFILES = 'profiles/list';
export const ProfilesSchema = z.array(ConnectionProfileSchema);

/** Asks for the password of one profile at the time of connecting. */
export const GET_SECRET = 'profiles/secret';
export const GetSecretSchema = z.strictObject({ id: z.string() });
export const PasswordSchema = z.strictObject({ password: z.string() });
/** As it is stored: a later version may keep more beside it. `ssh`: of the servers on the way, the jumps in order and then the last one. */
export const SecretSchema = z.object({
  password: z.string().optional(),
  ssh: z
    .array(z.object({ password: z.string().optional(), passphrase: z.string().optional() }))
    .max(10)
    .optional(),
  /** Under which protected columns get pseudonyms. */
  pseudonymKey: z.string().optional(),
});
export interface Secret {
  readonly password?: string | undefined;
  readonly ssh?: readonly SshSecret[] | undefined;
  readonly pseudonymKey?: string | undefined;
}

/** Asks for the secrets of the SSH servers on the way of one profile. */
export const GET_SSH_SECRETS = 'profiles/sshSecrets';
export const SshSecretsSchema = z.strictObject({ ssh: SecretSchema.shape.ssh.unwrap() });

/** Asks for the key of the pseudonyms of one profile, which is made when it is asked for first. */
export const GET_PSEUDONYM_KEY = 'profiles/pseudonymKey';
export const PseudonymKeySchema = z.strictObject({ key: z.string().min(1) });

/**
 * One window asks another for a password that this one has stored; null if it has none, and nobody is asked. For VS Code in
 * the browser, where a window sees only those secrets of others that were there when it was loaded.
 */
export const GET_STORED_SECRET = 'profiles/storedSecret';

/** → SavedQuery[]: queries that the user has made tools of. PROFILES_CHANGED tells of changes of these, too. */
export const GET_SAVED_QUERIES = 'queries/list';
export const SavedQueriesSchema = z.array(SavedQuerySchema);

/** Notification to the server: the list changed, read it again. */
export const PROFILES_CHANGED = 'profiles/changed';

/** Asks where this window's servers keep their record of calls and the scripts that undo writes, and how much is recorded. */
export const GET_RECORDING = 'recording/settings';
/** Where the record of calls goes, and how much it holds. */
export const RecordingSchema = z.strictObject({
  folder: z.string().min(1),
  /** Statements as they are, with their literals, instead of without. */
  fullStatements: z.boolean(),
  /** Statements that run for agents name the tool and the call in a comment. */
  statementTags: z.boolean(),
});
export type Recording = z.infer<typeof RecordingSchema>;

/** Asks the person at the window to decide about a write or an export. Canceled when nobody waits for the decision any longer. */
export const APPROVE_WRITE = 'writes/approve';
/** What the person is shown, and what the decision refers to. */
export const ApprovalRequestSchema = z.strictObject({
  /** Number of the preview; the decision has to carry it. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** Id of the profile: the window names the connection by what it knows itself. */
  profile: z.string(),
  /** Everything that is known of the write or export. */
  review: z.union([WriteReviewSchema, ExportReviewSchema]),
  /** How long the server waits for the decision, in milliseconds. */
  waitMs: z.int().positive(),
  /** The program that asks, as it called itself. */
  client: z.string().optional(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequestSchema>;
/** What the person has decided about the preview of that number. */
export const DecisionSchema = z.strictObject({
  decision: z.enum(['reject', 'run']),
  id: z.string(),
  /** The person isn't asked again about exports of this connection while the agent's session lasts. */
  forSession: z.literal(true).optional(),
  /** Why it is rejected, in the words of the person, for the agent. */
  reason: z.string().max(MAX_REASON).optional(),
});
export type Decision = z.infer<typeof DecisionSchema>;

/** Notification to a server: the person needs more time, and its wait begins anew. */
export const EXTEND_DECISION = 'writes/extend';
export const ExtendDecisionSchema = z.strictObject({ id: z.string() });

/** Notification to the window: what became of a write or export that was decided there. */
export const WRITE_FINISHED = 'writes/finished';
export const WriteFinishedSchema = z.strictObject({
  id: z.string(),
  /** `changed`: the data was another by then, and the write is shown again. */
  outcome: z.enum(['committed', 'exported', 'failed', 'changed', 'unknown', 'rejected', 'expired']),
  /** Rows that are different now, or in the file. */
  rows: z.number().optional(),
  /** Of the statement alone. */
  milliseconds: z.number(),
  /** How long a person thought about it; left out where nobody was asked. */
  decidedMs: z.number().optional(),
  /** The record that brings the rows back, and its SHA-256. */
  undo: z.strictObject({ file: z.string(), digest: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  /** Why it can't be undone. */
  notUndone: z.strictObject({ code: z.enum(UNDO_OBSTACLES), about: z.array(words) }).optional(),
  error: z.string().optional(),
});
export type WriteFinished = z.infer<typeof WriteFinishedSchema>;

/** Notification to the window when a tool call begins. What it says is shown to the user and written nowhere. */
export const CALL_STARTED = 'calls/started';
export const CallStartedSchema = z.strictObject({
  /** Number of the call in its server. */
  call: z.int().positive(),
  tool: z.string(),
  sql: z.string().optional(),
  client: z.string().optional(),
});
export type CallStarted = z.infer<typeof CallStartedSchema>;

/** Notification to a server: stop one of its calls. */
export const STOP_CALL = 'calls/stop';
export const StopCallSchema = z.strictObject({ call: z.int().positive() });

/** Notification to the window, after each tool call. */
export const CALL_FINISHED = 'calls/finished';
export const CallFinishedSchema = z.strictObject({
  call: z.int().positive(),
  tool: z.string(),
  connection: z.string().optional(),
  milliseconds: z.number(),
  error: z.string().optional(),
  /** What became of the write or export that it has asked for. */
  write: WriteFinishedSchema.optional(),
});
export type CallFinished = z.infer<typeof CallFinishedSchema>;

/** A PilotError as the `data` of a JSON-RPC error. */
export const ErrorDtoSchema = z.object({
  code: z.string(),
  message: z.string(),
  advice: z.union([z.string(), z.array(z.string())]).optional(),
  nextStep: z.string().optional(),
  errno: z.number().optional(),
  sqlState: z.string().optional(),
  evidence: z.string().optional(),
  untrusted: z.boolean().optional(),
});

/** JSON-RPC error number under which a PilotError travels (application range). */
export const PILOT_ERROR_NUMBER = -31_000;
