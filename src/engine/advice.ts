/**
 * What can be done about an error or a refusal, by name. The engine does not know who reads it: the server words it for agents, the window for people
 * (`messages/adviceWords.ts` of each).
 */
export type AdviceCode =
  | `broker.${'reload' | 'openWindow' | 'rewrite'}`
  | `explain.${'withoutAnalyze' | 'onePlain' | 'oneStatement' | 'selectInstead' | 'ownStatement' | 'knownForm' | 'unmeasured' | 'notAnalyzeTable'}`
  | `diagnose.${'oneStatement' | 'recordStatements'}`
  | `login.${'checkNetwork' | 'checkAddress' | 'checkProxy' | 'allowCleartext' | 'knownPlugin' | 'cachingSha2' | 'grantDatabase' | 'checkPassword' | 'otherHost' | 'flushHosts' | 'initConnect' | 'unlock' | 'socketOnly' | 'newPassword' | 'publicKey'}`
  | `tls.${'require' | 'setMode' | 'onServer' | 'encryptedOnly' | 'checkCertificate' | 'certificatePath'}`
  | `host.${'otherProgram' | 'check' | 'name' | 'nameLater' | 'firewall' | 'route' | 'socket' | 'network' | 'forbidden' | 'url'}`
  | `ssh.${'address' | 'passphrase' | 'keyPath' | 'settings' | 'checkSettings' | 'login' | 'reach' | 'server' | 'wrongKey' | 'revoked' | 'changedKey' | 'unknownKey' | 'allowTunnel' | 'database'}`
  | `connection.${'rollingBack' | 'closeSome' | 'closeOwn' | 'accountLimit' | 'shutDown' | 'killed' | 'brokenOff' | 'tryAgain' | 'reopens' | 'waitForSession' | 'direct'}`
  | `names.${'database' | 'passDatabase' | 'tables' | 'columns' | 'correct' | 'asDescribed' | 'onlyCorrect' | 'ownDatabase' | 'connections'}`
  | `columns.${'hidden' | 'masked' | 'pseudonym' | 'view' | 'trace' | 'query'}`
  | `rights.${'otherTables' | 'otherColumns' | 'showRoutine' | 'showView' | 'administrator' | 'administratorLog' | 'ownGrants' | 'never' | 'rules' | 'columns' | 'columnTies' | 'describeColumns' | 'columnMessages' | 'structureOnly' | 'onlyStructure' | 'allowFunction' | 'allowWrites' | 'others'}`
  | `statement.${'syntax' | 'syntaxAt' | 'correct' | 'report' | 'largeJoin' | 'packetLess' | 'packetValue' | 'packetSplit' | 'stopped' | 'runAgain' | 'readOnly' | 'narrow' | 'setNames' | 'shorten' | 'severalCalls' | 'sendOne' | 'correctText' | 'valueEach' | 'passValues' | 'ownCall' | 'oneRead' | 'compareCounts' | 'readsOrSession' | 'cursorGone' | 'collectFewer'}`
  | `session.${'endTransaction' | 'startNew' | 'commitFirst'}`
  | `read.${'onlyReads' | 'databaseArgument' | 'noState' | 'noProcedure' | 'select' | 'tablesBelow' | 'itsTables' | 'ownSelect' | 'showForm' | 'like' | 'noCredentials' | 'otherSource' | 'derivedOperand'}`
  | `leaveOut.${'it' | 'clause' | 'locking' | 'into' | 'planInto' | 'hint' | 'argument' | 'default' | 'withoutIt' | 'call' | 'files' | 'returning' | 'locks' | 'waits' | 'unstoppable' | 'reachesOut' | 'changes'}`
  | `write.${'windowFunction' | 'previousValue' | 'plainSchema' | 'withoutQuotes' | 'withoutSpace' | 'commonTable' | 'innodb' | 'oneTransaction' | 'queryReads' | 'querySelect' | 'insertRows' | 'procedureBody' | 'tableBelow' | 'restart' | 'previewAgain' | 'changedMeanwhile' | 'look' | 'returnPart' | 'skipRows' | 'storedKey' | 'editAgain' | 'editUtf8' | 'lookForRows'}`
  | `cost.${'texts' | 'rows' | 'copies' | 'levels' | 'paths' | 'path' | 'document' | 'shape' | 'format' | 'search' | 'replacement' | 'digest'}`
  | `export.${'aliases' | 'copyShown' | 'again' | 'againOrCsv' | 'makeRoom' | 'room' | 'largeColumn' | 'parts' | 'castDate'}`
  | `health.${'addPrimaryKey' | 'dropCovered' | 'widenAutoIncrement' | 'convertToInnodb' | 'optimizeTable' | 'oneCollation' | 'splitWideTable' | 'analyzeTable' | 'analyzeAfterChanges' | 'hideUnusedIndex' | 'raiseBufferPool' | 'poolConnections' | 'endTransaction' | 'findLockHolder' | 'staleReplica' | 'lateReplica' | 'flushAtCommit' | 'disableLocalInfile' | 'disableGeneralLog' | 'strictMode' | 'givePassword' | 'orderWrites'}`;

/** With what the words name, in the places {0}, {1}, … */
export type Advice = AdviceCode | readonly [AdviceCode, ...string[]];
