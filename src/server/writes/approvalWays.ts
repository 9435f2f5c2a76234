/** Where a person decides about a write, where there is no window. */
export const APPROVAL_WAYS = ['client', 'page', 'browser', 'stderr'] as const;
export type ApprovalWay = (typeof APPROVAL_WAYS)[number];
