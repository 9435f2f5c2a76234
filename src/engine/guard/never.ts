/** What to do instead of a statement that no connection lets an agent run. */
export const NEVER = 'rights.never';
