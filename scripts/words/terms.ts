/** What must not come back into texts that people read, with what is written instead; a pattern stands between word boundaries. */
export const TERMS: readonly (readonly [pattern: string, instead: string])[] = [
  // Words of ours for what the field has a word for.
  ['fences?', 'read-only mode'],
  ['reach of agents', 'agent permissions'],
  ['let them', 'allow'],
  ["record of (?:agents’|agents'|their) calls", 'audit log'],
  ['goes along', 'is also deleted'],
  ['had back', 'recovered'],
  ['nothing to remark', 'no issues found'],
  ['within reason', 'within the allowed range'],
  ['what stands (?:in|here|there)', 'the value'],
  ['stands here', 'is here'],
  ['nobody waits', 'has expired'],
  ['nothing against', 'no problems found'],
  ['held to', 'verified against'],
  ['by mistake, they then', 'by mistake'],
  ['are told by', 'follow'],
  ['every row is meant', 'affects every row'],
  ['left out it', 'when omitted, it'],
  // British spellings: both are words.
  ['cancelled', 'canceled'],
  ['cancelling', 'canceling'],
  ['grey', 'gray'],
  ['labelled', 'labeled'],
  ['travell(ed|ing|er)', 'travel$1'],
  ['towards', 'toward'],
];
