import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import type { ApprovalRequest } from '../../../src/broker/contracts.ts';
import type { ReviewedStatement, WriteReview } from '../../../src/engine/writes/writeReview.ts';

const STATEMENT: ReviewedStatement = {
  ...{
    verb: 'UPDATE',
    sql: 'UPDATE t SET a = 1',
    level: 'shown',
    about: true,
    irreversible: true,
    sizes: [],
    verified: [],
    unverified: [],
  },
  ...{ warnings: [], facts: [], tables: [], triggers: [], plan: [] },
};
/** As little as the review of a write can be. */
export const REVIEW: WriteReview = {
  server: 's',
  account: 'a',
  database: '',
  dryRun: 'no one reviews this preview',
  again: false,
  statements: [STATEMENT],
};

export const CONNECTION: ConnectionProfile = {
  id: 'p',
  name: 'shop',
  host: '127.0.0.1',
  port: 3306,
  user: 'agent',
  tls: 'preferred',
  createdAt: 0,
};

/** Fails for what is about no write. */
export function writeReview({ review }: Pick<ApprovalRequest, 'review'>): WriteReview {
  if ('kind' in review) throw new Error('The request is about an export.');
  return review;
}
