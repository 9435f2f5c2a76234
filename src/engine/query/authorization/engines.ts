/** Engines that keep rows on this server, in the table's own files or in memory. All others are refused: they run, read or connect to what a table names. */
export const OWN_ENGINES = new Set(
  (
    'INNODB MYISAM ARIA MEMORY CSV ARCHIVE BLACKHOLE ROCKSDB TOKUDB NDBCLUSTER NDB COLUMNSTORE MYROCKS PERFORMANCE_SCHEMA SEQUENCE MROONGA XTRADB ' +
    'PARTITION TEMPTABLE'
  ).split(' '),
);
export const TRANSACTIONAL_ENGINES = new Set(['INNODB', 'ROCKSDB', 'TOKUDB', 'NDBCLUSTER', 'NDB']);
/** They show rows of other tables. */
export const UNITING_ENGINES = new Set(['MRG_MYISAM', 'MERGE', 'OQGRAPH']);
