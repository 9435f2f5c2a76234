import * as z from 'zod';
import { ConnectionProfileSchema } from '../engine/driver/profileSchema.ts';
import { EXPORT_ACCESS } from './exportContract.ts';
import { RecordingSchema, SavedQueriesSchema, SecretSchema } from './contracts.ts';

/**
 * Authenticates who manages an agent of any version: status, lock, stop, and the hand-over after an update. These messages keep their meaning; those of PROTOCOL_VERSION
 * need not.
 */
export const CONTROL_PROTOCOL = 1_000_001;

const MAX_FOLDERS = 100;
const MAX_CONNECTIONS = 2000;

/** The file in which an agent writes how to reach it: also the lock by which there is one for each user. */
export const AgentFileSchema = z.looseObject({
  /** Of the messages of connections; others are refused by a server of another version. */
  protocol: z.int(),
  socket: z.string().min(1),
  token: z.string().regex(/^[0-9a-f]{64}$/),
  pid: z.int().positive(),
  /** Changes with each program that may take over. */
  build: z.string().max(200),
});
export type AgentFile = z.infer<typeof AgentFileSchema>;

/** One connection with what is known of its secrets. */
const FedConnectionSchema = z.object({
  profile: ConnectionProfileSchema,
  secret: SecretSchema.optional(),
  /** When the window has seen the secret change, in milliseconds since the epoch; 0 for one that it has found. */
  changedAt: z.number().min(0),
});
export type FedConnection = z.infer<typeof FedConnectionSchema>;

/** Everything that one window gives: the whole of it with each change. */
export const FEED = 'agent/feed';
export const FeedSchema = z.object({
  /** The storage that the connections are from: windows with the same one share them. */
  origin: z.string().min(1).max(4096),
  /** The rendezvous file of the window; the same after a reload. */
  rendezvous: z.string().min(1).max(4096),
  folders: z.array(z.string().max(4096)).max(MAX_FOLDERS),
  exportFolder: z.string().min(1),
  /** A program of an older version doesn't give it. */
  exportAccess: z.enum(EXPORT_ACCESS).default('ask'),
  recording: RecordingSchema,
  queries: SavedQueriesSchema,
  /** When the agent ends: after the last window, or after so long without use. */
  keep: z.enum(['windows', 'idle']),
  idleHours: z.number().min(0),
  connections: z.array(FedConnectionSchema).max(MAX_CONNECTIONS),
  /** When the window began to read the list, in milliseconds since the epoch. */
  listedAt: z.number().min(0).optional(),
});
export type Feed = z.infer<typeof FeedSchema>;

/** From a server, before anything else: for which window and which folders it asks. → true if a window of these has fed the agent. */
export const SCOPE = 'agent/scope';
export const ScopeSchema = z.object({
  rendezvous: z.string().max(4096).optional(),
  folders: z.array(z.string().max(4096)).max(MAX_FOLDERS),
});
export type Scope = z.infer<typeof ScopeSchema>;

/** → Status */
export const STATUS = 'agent/status';
export const StatusSchema = z.looseObject({
  pid: z.number(),
  version: z.string(),
  startedAt: z.number(),
  connections: z.number(),
  windows: z.number(),
  servers: z.number(),
  /** When it ends if nobody uses it; left out while that is not known. */
  endsAt: z.number().optional(),
});
export type Status = z.infer<typeof StatusSchema>;

/** Overwrites the secrets and ends. No window feeds an agent until a person allows it again. → true */
export const LOCK = 'agent/lock';
/** Ends. → true */
export const STOP = 'agent/stop';

/** From a window whose setting is `never`: takes out what all windows with this storage have given. → true */
export const WITHDRAW = 'agent/withdraw';
export const WithdrawSchema = z.object({ origin: z.string().max(4096) });

/** From the program that replaces this one, which then ends when its peer is gone. → Contents */
export const TAKE_OVER = 'agent/takeOver';
/** From the program that has written its own file: it has everything, and the other one ends. */
export const TAKEN = 'agent/taken';
export const ContentsSchema = z.object({
  feeds: z.array(FeedSchema),
  lastUse: z.number(),
});
export type Contents = z.infer<typeof ContentsSchema>;
