/** What agents see of a connection: nothing, as if it did not exist; its structure without rows; or its rows, too. */
export const AGENT_VISIBILITIES = ['none', 'schema', 'data'] as const;

export type AgentVisibility = (typeof AGENT_VISIBILITIES)[number];

/** Any word that is not known means no: it may come from a later version. */
export function showsRows(agents: AgentVisibility | undefined): boolean {
  return agents === undefined || agents === 'data';
}

export function showsStructure(agents: AgentVisibility | undefined): boolean {
  return showsRows(agents) || agents === 'schema';
}
