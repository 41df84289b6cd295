/** Set by the bundle to the hash of its own text; in the panel's process the agent has no text. */
declare const AGENT_VERSION: string | undefined

export const version: string = typeof AGENT_VERSION === 'undefined' ? 'source' : AGENT_VERSION
