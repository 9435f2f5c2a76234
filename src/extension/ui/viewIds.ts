/** The tree of connections, as package.json has it. */
export const CONNECTIONS_VIEW = 'mysqlPilot.connections';
/** Of the tabs of reviews; as `activeWebviewPanelId` has it. */
export const REVIEW_PANEL = 'mysqlPilot.review';
