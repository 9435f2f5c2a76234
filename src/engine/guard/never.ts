/** What to do instead of a statement that no connection lets an agent run. */
export const NEVER = 'No connection lets an agent do this: give the statement to the user.';
