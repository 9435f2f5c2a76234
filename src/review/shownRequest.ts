import type { ApprovalRequest } from '../broker/contracts.ts';
import type { ShownReview } from '../webview/review/messages.ts';
import { shownReview, type ReviewSubject } from './reviewModel.ts';
import { RowReview } from './reviewRows.ts';
import { shownExport } from './shownExport.ts';
import type { Translate } from './translate.ts';

type RequestSubject = Omit<ReviewSubject, 'review'> & Pick<ApprovalRequest, 'review'>;

/** What a person is shown of what an agent asks for. */
export function shownRequest({ review, ...subject }: RequestSubject, t: Translate): ShownReview {
  return 'kind' in review ? shownExport({ ...subject, review }, t) : shownReview({ ...subject, review }, t);
}

/** The rows of each statement, as far as they are shown. */
export function rowReviews(review: ApprovalRequest['review'], t: Translate): (RowReview | undefined)[] {
  if ('kind' in review) return [];
  return review.statements.map(({ changes }) => (changes === undefined ? undefined : new RowReview(changes, t)));
}
