import type { CallFinished, CallStarted, Recording } from '../../broker/contracts.ts';
import type { ExportSettings } from '../../broker/exportContract.ts';
import type { Receipt } from '../../broker/receiptContract.ts';
import type { SavedQuery } from '../../broker/savedQueries.ts';
import type { ConnectionProfile, SshSecret } from '../../engine/driver/profile.ts';

/** Where this server has its connections from, and whom it tells what it does: a VS Code window, or a file. */
export interface ConnectionSource {
  /** Never with a secret. */
  listProfiles(): Promise<ConnectionProfile[]>;
  /** Throws `secret.missing` where there is none to give. */
  getSecret(id: string): Promise<string>;
  /** Of the SSH servers on the way: the jumps in order, then the server itself. Where left out there are none. */
  getSshSecrets?(id: string): Promise<readonly SshSecret[]>;
  /** Under which protected columns of a connection get pseudonyms; undefined where none is kept. */
  getPseudonymKey?(id: string): Promise<string | undefined>;
  /** Queries that the user has made tools of. */
  listSavedQueries(): Promise<readonly SavedQuery[]>;
  getExports(): Promise<ExportSettings>;
  getRecording(): Promise<Recording>;
  announceCall(call: CallStarted): Promise<void>;
  reportCall(call: CallFinished): Promise<void>;
  /** Never rejects. */
  reportReceipt(receipt: Receipt): Promise<void>;
  close(): void;
}
