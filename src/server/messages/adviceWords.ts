import type { Advice, AdviceCode } from '../../engine/advice.ts';

/** What an agent can do: a tool and its arguments, or what to tell its user. */
const WORDS: Readonly<Record<AdviceCode, string>> = {
  'broker.reload':
    'Ask the user to reload the VS Code window. After an update, also restart the MCP server "mysql-pilot" (command "MCP: List Servers").',
  'broker.openWindow':
    'Ask the user to open a VS Code window with the MySQL Pilot extension enabled. If one is open, ask them to open its MySQL Pilot view (command "MySQL Pilot: Focus on Connections View"). Then call again.',
  'broker.rewrite': 'Ask the user to reload the VS Code window, which writes the file again.',
  'explain.withoutAnalyze': 'Call again without `analyze`.',
  'explain.onePlain': 'Send one SELECT, INSERT, UPDATE, or DELETE, without EXPLAIN.',
  'explain.oneStatement': 'Send one statement, without EXPLAIN.',
  'explain.selectInstead': 'Explain a SELECT of the rows that the statement would change.',
  'explain.ownStatement': 'Explain the statement text instead of another session (FOR CONNECTION).',
  'explain.knownForm': 'Use EXPLAIN SELECT … or DESCRIBE table.',
  'explain.unmeasured': 'EXPLAIN ANALYZE would run the write. Use EXPLAIN without ANALYZE.',
  'explain.notAnalyzeTable': 'ANALYZE TABLE changes statistics. Use mysql_explain to see a plan.',
  'diagnose.oneStatement': 'Send one SELECT, UPDATE, or DELETE, without EXPLAIN. To see its plan, use mysql_explain.',
  'diagnose.recordStatements':
    "Ask an administrator to start the server with performance_schema=ON (MariaDB's default is OFF), or to check the slow query log.",
  'login.checkNetwork':
    'Something between this computer and the server may be changing the traffic. Check the network before you connect again.',
  'login.checkAddress': "Check which server answers at this address. A proxy may not support the account's authentication plugin.",
  'login.checkProxy': "Check which server answers at this address. A proxy may not support the account's authentication plugin.",
  'login.allowCleartext': "If the account uses PAM or LDAP, ask the user to allow clear-text passwords in the connection's settings.",
  'login.knownPlugin': 'Use an account with caching_sha2_password, mysql_native_password, or ed25519.',
  'login.cachingSha2':
    "The account uses an authentication plugin that MySQL Pilot doesn't support. Use an account with caching_sha2_password.",
  'login.grantDatabase': 'Use another database, or ask an administrator to grant the account privileges on this one.',
  'login.checkPassword': 'Check the user name and password, and which hosts the account can connect from.',
  'login.otherHost':
    'No account can connect to the server from this host. Ask an administrator to create one, or connect from another host.',
  'login.initConnect': 'The init_connect setting of the server fails for this account. Ask an administrator to fix it.',
  'login.flushHosts': 'The server has blocked this host after too many connection errors. Ask an administrator to flush its host cache.',
  'login.unlock': 'Ask an administrator to unlock the account (ALTER USER … ACCOUNT UNLOCK), or use another account.',
  'login.socketOnly':
    'The account uses socket authentication: it can connect only through the socket, and only for its operating system user. Use another account.',
  'login.newPassword': 'The password has expired. Set a new one with ALTER USER, then update it in the connection.',
  'login.publicKey': "Set the connection's server public key to a PEM file with the server's RSA public key, or remove the setting.",
  'tls.require': 'Set the TLS mode (ssl-mode) to verify-identity, or at least to required.',
  'tls.setMode':
    "Set the TLS mode (ssl-mode) to preferred or required. If the server can't use TLS, copy the server's public key (public_key.pem in the data directory) to this computer. Then set its path as the connection's server public key (MYSQL_SERVER_PUBLIC_KEY_PATH).",
  'tls.onServer':
    "Turn on TLS on the server. If the server can't use TLS, copy the server's public key (public_key.pem in the data directory) to this computer. Then set its path as the connection's server public key (MYSQL_SERVER_PUBLIC_KEY_PATH).",
  'tls.encryptedOnly':
    'The server accepts only encrypted connections. Set the TLS mode (ssl-mode) to required, verify-ca, or verify-identity.',
  'tls.checkCertificate': 'Check the certificate and the TLS mode (ssl-mode) of this connection.',
  'tls.certificatePath': 'Check the certificate path and its file permissions.',
  'host.otherProgram': 'Another program is listening on this address. Check the host and port.',
  'host.check': 'No server answers at this address. Check the host and port, and that the server is running.',
  'host.name': "The host name can't be resolved. Check its spelling, the VPN, and DNS.",
  'host.nameLater': "The host name can't be resolved at the moment. Check DNS, then call again.",
  'host.firewall': "The host didn't respond in time. Check the firewall, VPN, and port.",
  'host.route': 'There is no route to the host. Check the network and the VPN.',
  'host.socket': "The socket doesn't exist. Check its path, and that the server is running.",
  'host.network': 'There is no route to the network. Check the network and the VPN.',
  'host.forbidden': "The operating system doesn't allow the connection. Check the firewall rules.",
  'host.url':
    'Use the format mysql://user:password@host:3306/database. Percent-encode characters such as @ : / # in the password (@ is %40).',
  'ssh.address': 'Use the format user@host:port.',
  'ssh.passphrase': "Set the key's passphrase, or add the key to the SSH agent.",
  'ssh.keyPath': 'Check the key path and its file permissions.',
  'ssh.settings': 'Fix the SSH settings of the connection, or ~/.ssh/config.',
  'ssh.checkSettings': 'Check the SSH settings of the connection. `ssh -v` shows more.',
  'ssh.login': "Check the user name, key, SSH agent, and password for the SSH server. Two-factor authentication isn't supported.",
  'ssh.reach': 'Check the host, port, VPN, and firewall.',
  'ssh.server': 'Check the host and port of the SSH server, the VPN, and the firewall.',
  'ssh.wrongKey': "Someone may be intercepting the connection. Ask the server's administrator for the correct host key.",
  'ssh.revoked': "Ask the server's administrator for the new host key.",
  'ssh.changedKey':
    "Someone may be intercepting the connection. Ask the user to confirm the new key with the server's administrator before they replace the old one in known_hosts.",
  'ssh.unknownKey':
    "Ask the user to confirm the key with the server's administrator. They can then connect once with ssh to save it, or set it as `hostKey` of the connection.",
  'ssh.allowTunnel': "Ask the SSH server's administrator to allow the tunnel (AllowTcpForwarding, PermitOpen).",
  'ssh.database': 'Check the host and port of the database as the SSH server sees them. 127.0.0.1 is the SSH server itself.',
  'connection.rollingBack': 'The statement may still be rolling back. Check the process list (SHOW PROCESSLIST).',
  'connection.closeSome':
    'The server has reached its connection limit. Ask the user to close unused connections, or to increase max_connections.',
  'connection.closeOwn': 'This account has reached its connection limit. Ask the user to close some of its sessions.',
  'connection.accountLimit':
    'This account has reached one of its limits. Ask the user to close some of its sessions, or to ask an administrator to increase the limit.',
  'connection.shutDown': 'The server is shutting down. Call again after it has restarted.',
  'connection.killed': 'The session was ended on the server. Call again.',
  'connection.brokenOff':
    "Call again. If it happens again, check the server's error log, and whether a proxy or firewall closes the connection.",
  'connection.tryAgain': 'Call again. If it happens again, ask the user to check that the server is running.',
  'connection.reopens': 'Call again. The connection is reopened when needed.',
  'connection.waitForSession': 'Wait for your running calls to end, or cancel one with mysql_status.',
  'connection.direct':
    'Ask the user to connect to the server directly instead of through a proxy, or to allow this connection without server-enforced read-only.',
  'names.database': 'Check the spelling, or list the databases with mysql_describe.',
  'names.passDatabase': 'Pass `database`, or write table names as database.table.',
  'names.tables': 'List the tables of the database with mysql_describe.',
  'names.columns': 'List the columns of the table with mysql_describe.',
  'names.correct': 'Fix the name. mysql_describe lists names, and mysql_search_schema finds them.',
  'names.asDescribed': 'Write the name as mysql_describe shows it.',
  'names.onlyCorrect': 'Fix the name.',
  'names.ownDatabase': 'Use an existing database.',
  'names.connections': 'List the connections again with mysql_connections.',
  'columns.hidden': 'Remove the column. The user has hidden it from agents.',
  'columns.masked':
    'Select the column as it is, count it with COUNT(column), or test it with IS NULL. Its values are masked, so filter, sort, and group by other columns.',
  'columns.pseudonym':
    'Select the column as it is, group by it, count it with COUNT(DISTINCT column), or join it with = to a pseudonym of the same type. Its values are pseudonyms, so other uses are not allowed.',
  'columns.view': 'Query the underlying tables instead of the view.',
  'columns.trace': 'Qualify each column with its table, spelled as mysql_describe shows it, or simplify the query.',
  'columns.query': 'Send one SELECT, or describe a table with mysql_describe.',
  'rights.otherTables': 'The account lacks the privilege. Use other tables, or ask the user for the privilege.',
  'rights.otherColumns': 'The account lacks the privilege. Use other columns, or ask the user for the privilege.',
  'rights.showRoutine': 'The account needs SHOW_ROUTINE (MySQL) or SELECT on mysql.proc (MariaDB). Ask an administrator to grant it.',
  'rights.showView': 'Read the underlying tables, or ask an administrator to grant the account SHOW VIEW on the view.',
  'rights.administrator': 'This statement shows a password or its hash. Ask an administrator to run it.',
  'rights.administratorLog':
    'Log events can contain passwords or their hashes, for example from CREATE USER. Ask an administrator to run it.',
  'rights.ownGrants': 'Use SHOW GRANTS, which shows your own privileges.',
  'rights.never': 'No connection lets an agent do this. Give the statement to the user.',
  'rights.rules': 'Remove it, or ask the user to change the table rules of the connection.',
  'rights.columns':
    'The column rules of the connection protect these columns (mysql_describe marks them). Select them unchanged, or omit them: conditions, functions, sorting, and copies are refused. Only the user can change the rules.',
  'rights.columnTies':
    'The server checks these columns together with protected ones (a key, foreign key, CHECK, generated column, partition, or trigger). Omit them, or give the statement to the user.',
  'rights.describeColumns': 'Use mysql_describe, which omits the columns that are hidden from agents.',
  'rights.columnMessages':
    'The connection protects columns, so only the number of the error is shown. Look it up, and check the types and values in the statement.',
  'rights.structureOnly':
    'Use mysql_describe, or a table of information_schema that describes structure, with its database name (for example information_schema.tables).',
  'rights.onlyStructure':
    'The user lets agents see only the structure of this connection. Use mysql_describe, mysql_search_schema, mysql_relationships, SHOW CREATE TABLE, or information_schema. mysql_query with `validate` checks any read without running it.',
  'rights.allowFunction':
    'Query the tables that the function reads, or ask the user to allow the function. In VS Code, the command is "MySQL Pilot: Allow Stored Functions…"; otherwise, set `allowedFunctions` of the connection.',
  'rights.allowWrites':
    'Give the statement to the user to run, or ask them to allow such statements. In VS Code, the command is "MySQL Pilot: Set Agent Permissions…"; otherwise, set `writes` of the connection.',
  'rights.others': 'Remove it. It may show what other accounts read or write.',
  'statement.syntax': 'Fix the syntax near the position shown in the message.',
  'statement.syntaxAt': 'Fix the syntax at the position shown in the message.',
  'statement.correct': "Fix the statement according to the server's message.",
  'statement.report': 'Call again. If it happens again, ask the user to report it with the MySQL Pilot log.',
  'statement.largeJoin':
    'The optimizer expects the query to examine more rows than max_join_size allows (1,000,000,000 on production connections). Join on an index, or filter out more rows.',
  'statement.packetLess': 'Send or select less data at a time, or ask the user to increase max_allowed_packet on the server.',
  'statement.packetValue': 'Shorten the value, or ask the user to increase max_allowed_packet on the server.',
  'statement.packetSplit': 'Split the statement, or ask the user to increase max_allowed_packet on the server.',
  'statement.stopped': 'The statement was canceled. Call again if you still need its result.',
  'statement.runAgain': 'Call again if you still need its result.',
  'statement.readOnly':
    'The session is read-only, and the statement or one of its functions tries to write. Use only functions and statements that read.',
  'statement.narrow':
    'Narrow the statement with WHERE or LIMIT, use an index (mysql_index_advice suggests one), or pass a higher `timeoutSeconds`.',
  'statement.setNames': 'Run SET NAMES utf8mb4 first.',
  'statement.shorten': 'Shorten the SQL.',
  'statement.severalCalls': 'Split the statements across several calls.',
  'statement.sendOne': 'Send an SQL statement.',
  'statement.correctText': 'Fix the SQL, then call again.',
  'statement.valueEach': 'Send a single statement, and pass one value in `params` for each ?.',
  'statement.passValues': 'Pass a value for each ? in `params`.',
  'statement.ownCall': 'Send the statement in a separate call.',
  'statement.oneRead': 'Send one SELECT, WITH, TABLE, or SHOW statement.',
  'statement.compareCounts': 'Compare counts or sums of columns instead.',
  'statement.readsOrSession': 'Run a statement that reads, or one that changes only the session.',
  'statement.collectFewer': 'Aggregate fewer rows: filter them first (WHERE, or LIMIT in a derived table), or return them as rows.',
  'statement.cursorGone': 'Run the statement again, with ORDER BY and LIMIT … OFFSET … to continue after the rows you have.',
  'session.endTransaction': 'Run ROLLBACK or START TRANSACTION, or continue without the transaction.',
  'session.startNew': 'Start a new session to continue.',
  'session.commitFirst': 'Commit or roll back the transaction first.',
  'read.onlyReads': 'Use SELECT, SHOW, DESCRIBE, or EXPLAIN: this tool only reads. To change data, use mysql_execute.',
  'read.databaseArgument': "Pass `database`, or write table names as database.table. Session state isn't kept between calls.",
  'read.noState': "Session state isn't kept between calls. Put the values in the statement.",
  'read.noProcedure': "Stored procedures can't be called. Query the tables that the procedure reads.",
  'read.select': 'Use SELECT.',
  'read.tablesBelow': 'Read the underlying tables.',
  'read.itsTables': 'Query the tables that the function reads.',
  'read.ownSelect': 'Run the subquery as a separate SELECT.',
  'read.showForm': 'Use a SHOW statement that only reads.',
  'read.like': 'Use LIKE.',
  'read.noCredentials': 'Select only the columns that you need, and none with credentials.',
  'read.otherSource': 'Connect to the server that stores the data.',
  'read.derivedOperand': 'Put it into a derived table: … SELECT * FROM (SELECT … UNION SELECT …) AS d.',
  'leaveOut.it': 'Remove it.',
  'leaveOut.clause': 'Remove the clause.',
  'leaveOut.locking': 'Remove the locking clause.',
  'leaveOut.into': 'Remove INTO. The rows are returned as the result.',
  'leaveOut.planInto': 'Remove INTO. The plan is returned as the result.',
  'leaveOut.hint': 'Remove the hint, or use one that affects only the plan.',
  'leaveOut.argument': 'Remove the argument. With it, the function changes the session.',
  'leaveOut.default': 'Remove DEFAULT().',
  'leaveOut.withoutIt': 'Remove the function call.',
  'leaveOut.call': 'Remove the call.',
  'leaveOut.files': 'Remove the option. The server sets the file location.',
  'leaveOut.returning': 'Remove RETURNING. The result includes the row count; read the rows with mysql_query.',
  'leaveOut.locks': 'Remove this function call. It acquires or releases a lock.',
  'leaveOut.waits': 'Remove this function call. It waits and blocks the session.',
  'leaveOut.unstoppable': "Remove this function call. It can run for minutes and can't be canceled.",
  'leaveOut.reachesOut': 'Remove this function call. It reads files or runs programs on the server.',
  'leaveOut.changes': 'Remove this function call. It changes the server or a sequence.',
  'write.windowFunction': 'Use a window function or a common table expression.',
  'write.previousValue': 'NEXT VALUE FOR changes the sequence. Use PREVIOUS VALUE FOR.',
  'write.plainSchema': 'Write the schema as a string literal without "pattern" and "$ref", which can run indefinitely.',
  'write.withoutQuotes': 'Write built-in functions without quotes.',
  'write.withoutSpace': 'Remove the space before the parenthesis, as in {0}().',
  'write.commonTable': 'A temporary table lasts only until the call ends. Use a common table expression.',
  'write.innodb': 'This storage engine may store rows outside the server. Use InnoDB.',
  'write.oneTransaction': 'Remove the statement. Each call has its own session, and the statements in one call are one transaction.',
  'write.queryReads': 'Use mysql_query for reads.',
  'write.querySelect': 'Use mysql_query with SELECT.',
  'write.insertRows': 'LOAD DATA reads a file. Send the rows in an INSERT statement.',
  'write.procedureBody': 'Send the statements of the procedure instead.',
  'write.tableBelow': 'Write to the underlying table.',
  'write.restart': 'Use ALTER SEQUENCE … RESTART.',
  'write.previewAgain': 'Call again for a new preview.',
  'write.changedMeanwhile': 'Someone changed the data in the meantime. Call again for a new preview.',
  'write.look': 'Before you run the statement again, check with mysql_query whether the change was made.',
  'write.returnPart': 'Return fewer columns, or part of the large value.',
  'write.skipRows': 'For "When a row is rejected", select the option that inserts the other rows.',
  'write.storedKey': 'Enter the key value exactly as the server would store it, or write an UPDATE statement.',
  'write.editAgain': 'Run the statement again, then edit the row.',
  'write.lookForRows': 'Check whether these rows were inserted before you import the file again.',
  'write.editUtf8': 'Run SET NAMES utf8mb4, run the statement again, then edit the row.',
  'cost.texts': 'Build shorter or fewer strings.',
  'cost.rows': 'Limit the rows of the recursive query, or return them as rows.',
  'cost.copies': 'Use each common table expression fewer times.',
  'cost.levels': 'Nest the expression less deeply.',
  'cost.paths': 'Use fewer paths in each call.',
  'cost.path': 'Write a short path as a string literal, with at most one ** or //.',
  'cost.document': 'Write the document as a string literal, or read it from a column.',
  'cost.shape': 'Write the geometry as a string literal, or read it from a column.',
  'cost.format': 'Write the format as a string literal, with widths below 1000.',
  'cost.search': 'Search a shorter string, or use a pattern with at most one quantifier (such as * or +).',
  'cost.replacement': 'Use a shorter replacement string.',
  'cost.digest': 'Pass a shorter statement.',
  'export.aliases': 'Give each column its own alias (AS …).',
  'export.copyShown': 'Copy the visible rows, or write a SELECT for them.',
  'export.again': 'Run the statement again, then export its result.',
  'export.againOrCsv': 'Run the statement again and export the new result, or export this one as CSV.',
  'export.makeRoom': 'Export fewer rows or columns, or ask the user to free disk space.',
  'export.room': 'Free disk space, or select another folder.',
  'export.largeColumn': 'Omit the large column, or select part of it with SUBSTRING.',
  'export.parts': 'Export the result in parts, or use mysqldump.',
  'export.castDate': 'Convert the column with CAST(column AS CHAR), or select another format.',
  'health.addPrimaryKey':
    "Add a primary key to each table. Without one, row-based replication is slow, and a single row can't be addressed.",
  'health.dropCovered': 'Drop them: each takes up space and slows down writes.',
  'health.widenAutoIncrement': 'Change the column to a larger type, up to BIGINT UNSIGNED, before inserts fail.',
  'health.convertToInnodb': "Convert them to InnoDB. Otherwise, ROLLBACK doesn't undo their changes, and a crash can damage them.",
  'health.optimizeTable': 'OPTIMIZE TABLE frees the space; it rebuilds the table.',
  'health.oneCollation': "Give them the same collation. Otherwise, joins between them can fail (error 1267) or can't use the index.",
  'health.splitWideTable': 'Move rarely used columns to another table. Each read of a row loads all its columns.',
  'health.analyzeTable': 'Run ANALYZE TABLE: the optimizer relies on the statistics.',
  'health.analyzeAfterChanges': 'Run ANALYZE TABLE after large changes.',
  'health.hideUnusedIndex':
    'Make each index INVISIBLE first, and drop it only if nothing gets slower. A unique index may enforce a constraint.',
  'health.raiseBufferPool': 'Increase innodb_buffer_pool_size, or find the scans with mysql_explain.',
  'health.poolConnections': 'Use a connection pool in the application, or increase max_connections.',
  'health.endTransaction': 'Ask the user to commit it, roll it back, or end its session. It keeps old row versions and may hold locks.',
  'health.findLockHolder':
    'A transaction of another session holds the lock. Check the long transactions above, or query sys.innodb_lock_waits.',
  'health.staleReplica': 'Ask the user to fix and restart replication. Until then, rows read here are out of date.',
  'health.lateReplica': 'Recent rows may be missing here. Read them from the source server.',
  'health.flushAtCommit': 'Set it to 1. Otherwise, a crash can lose committed transactions.',
  'health.disableLocalInfile': "Turn it off if it isn't needed: an injected LOAD DATA LOCAL statement can read files of the client.",
  'health.disableGeneralLog': 'Turn it off: it slows every statement and records the values.',
  'health.strictMode': "Add STRICT_TRANS_TABLES. Without it, values that don't fit are truncated without an error.",
  'health.givePassword': 'Set passwords for them, or lock them.',
  'health.orderWrites':
    'Change rows in the same order everywhere, and keep transactions short. SHOW ENGINE INNODB STATUS shows the last deadlock.',
};

/** What stands for them where no connection lets agents write: mysql_execute is not offered then. */
const WITHOUT_WRITES: Partial<Readonly<Record<AdviceCode, string>>> = {
  'read.onlyReads': 'Use SELECT, SHOW, DESCRIBE, or EXPLAIN: this tool only reads. To change data, give the statement to the user.',
};

/** Whether the words depend on the tools that the client has. */
export function dependsOnWrites(advice: Advice | undefined): boolean {
  return typeof advice === 'string' && Object.hasOwn(WITHOUT_WRITES, advice);
}

/** Every advice that there is. */
export const ADVICE_CODES = Object.keys(WORDS) as readonly AdviceCode[];

/** Advice of the engine in words for an agent; `writes` is false where it has no tool for that. */
export function adviceForAgent(advice: Advice, writes = true): string {
  const [code, ...values] = typeof advice === 'string' ? [advice] : advice;
  // A window of another version may know more.
  const known = Object.hasOwn(WORDS, code) ? WORDS[code] : '';
  const words = (writes ? undefined : WITHOUT_WRITES[code]) ?? known;
  return values.reduce((text, value, i) => text.replace(`{${String(i)}}`, () => value), words);
}
