/** British spellings, anywhere in a name; American English is written in code as well. Spellings of others (ANALYSE, `aria-labelledby`, notifications/cancelled) pass. */
export const BRITISH =
  /behaviour|catalogue|colour|favour|flavour|honour|neighbour|licence|misspelt|artefact|(?:categor|final|general|initial|minim|maxim|normal|optim|organ|real|recogn|serial|summar|synchron|token|util|visual|author|custom|emphas)is(?:e[dr]?|es|ing|ation)(?![a-z])|(?<!notifications\/)cancell(?:ed|ing)|labell(?:ed(?!by)|ing)|travell(?:ed|ing)/gi;

/** The status of the sample's orders is spelled so, and GitHub's function is. */
export const SAMPLE =
  /shipped|status|paid|'cancelled'|word "cancelled"|cancelled,250|cancelled orders|cancelled\.csv|cancelled: number|cancelled\.push|, cancelled\)|!cancelled\(\)/;
