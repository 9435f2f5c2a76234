/** The tree of connections, as package.json has it. */
export const CONNECTIONS_VIEW = 'mysqlPilot.connections';
