/** Names that several programs must agree on. Pure data: importable from every room. */

/** MCP definition label, `serverInfo.name` and `serverInfo.title`: VS Code derives tool ids from it, and a difference breaks its caches. */
export const SERVER_NAME = 'mysql-pilot';

/** The flag that names the rendezvous file on the server's command line. */
export const RENDEZVOUS_FLAG = '--rendezvous';

/** The first argument of the server's program that manages the credential agent. */
export const AGENT_COMMAND = 'agent';
