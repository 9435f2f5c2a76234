import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ApprovalRequest } from '../../broker/contracts.ts';
import { environmentName } from '../connections/environments.ts';
import { rowReviews, shownRequest } from '../../review/shownRequest.ts';
import { ReviewTab, type ReviewTabOptions } from './reviewTab.ts';

export interface AgentReviewOptions extends Pick<ReviewTabOptions, 'extension' | 'profile' | 'log' | 'undo'> {
  readonly request: ApprovalRequest;
  /** Has the server wait anew. */
  readonly extend: () => void;
}

/** The review of a write or export that an agent asks for. */
export function agentReview({ request, extend, ...options }: AgentReviewOptions): ReviewTab {
  const { t } = vscode.l10n;
  const { review, client, waitMs } = request;
  const { profile } = options;
  const environment = profile.environment === undefined ? undefined : environmentName(profile.environment);
  return new ReviewTab({
    ...options,
    shown: shownRequest({ ticket: randomUUID(), review, profile, environment, client }, t),
    rows: rowReviews(review, t),
    request: { client, at: new Date() },
    wait: { milliseconds: waitMs, extend },
  });
}
