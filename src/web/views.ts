/**
 * What each template is given, by name. Filled only while templates are checked
 * (test/views/types.ts), from the first line of each; elsewhere any name and data will do.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the check merges the templates into it
export interface Views {}

export type View = keyof Views extends never ? string : keyof Views
export type DataOf<V> = V extends keyof Views ? Views[V] : object
