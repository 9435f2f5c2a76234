import type { ReviewStrings } from '../webview/review/messages.ts';
import type { Translate } from './translate.ts';

/** What the page of a review says itself. */
export function reviewStrings(t: Translate): ReviewStrings {
  return {
    warnings: t('Warnings'),
    statement: t('Statement'),
    condition: t('Condition'),
    reaches: t('Also affected'),
    facts: t('Details'),
    plan: t('Plan'),
    verified: t('Verified before the commit'),
    key: t('(key)'),
    changedTo: t('becomes'),
    previous: t('Previous Rows'),
    next: t('Next Rows'),
    showAll: t('Show All Columns'),
    hideAll: t('Hide All Columns'),
    state: t('State'),
    reject: t('Reject'),
    cancel: t("Don't Run"),
    reason: t('Reason for the agent (optional)'),
    extend: t('Extend Time'),
    undo: t('Undo…'),
    remaining: t('{0} left', '{0}'),
    reading: t('Read the summary first. The button becomes available in a moment.'),
    scroll: t('Scroll through the warnings first.'),
    type: t('Enter the name to enable the button.'),
    ready: t('You can decide now.'),
    escape: t('An invisible character, or one that looks like another character'),
  };
}
