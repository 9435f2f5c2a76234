/** What a statement changes; on each connection the user decides for each class. */
export const WRITE_CLASSES = ['insert', 'update', 'delete', 'ddl', 'call', 'administration'] as const;

export type WriteClass = (typeof WRITE_CLASSES)[number];

/** `ask`: a person sees a preview and decides each time. `allow`: nobody is asked. */
export const ACCESS_MODES = ['readOnly', 'ask', 'allow'] as const;

export type AccessMode = (typeof ACCESS_MODES)[number];

/** A class that is left out is `readOnly`. */
export type WriteAccess = Readonly<Partial<Record<WriteClass, AccessMode | undefined>>>;
