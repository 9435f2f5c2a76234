/** What a value of a table is taken for: what is stored there is not the statement's doing. */
export const COLUMN_BYTES = 64;
/** No text of a function is longer than `max_allowed_packet`, which is 64 MB on MySQL 9 and 16 MB on MariaDB unless somebody raised it. */
export const LONGEST_TEXT_BYTES = 64 * 1024 * 1024;
/** All texts that a statement makes for one row: each function keeps its own. */
export const ALL_TEXT_BYTES = 1024 * 1024 * 1024;
/** MariaDB replaces in quadratic time, and nothing stops it meanwhile: 1.5 s for 64 KB, 11 s for 100 KB of matches. */
export const REPLACED_BYTES = 64 * 1024;
/**
 * A document that a statement makes itself. Both servers work on shapes, XML and JSON in quadratic time, and nothing stops them: MySQL takes 6 s
 * for JSON_SEARCH with 20,000 matches and minutes for ST_HausdorffDistance of 40,000 points, MariaDB minutes for JSON_OVERLAPS of 20,000 numbers.
 */
export const DOCUMENT_BYTES = 64 * 1024;
/** ST_Buffer of 2,000 points takes MySQL more than 2 GB. */
export const BUFFERED_BYTES = 4 * 1024;
/** Rows that a recursive table may have, by the limit that our sessions set. */
export const RECURSIVE_ROWS = 50_000;
/** What MariaDB searches for a regular expression with several repetitions, or a computed one: it took an hour for 2 MB, although it was killed. */
export const SEARCHED_BYTES = 2 * 1024;
/** A written path or shape nests no deeper; some hundreds of levels end MariaDB's process. */
export const NESTED_LEVELS = 20;
/** A computed text that a crashing function parses: too short for levels that matter. */
export const COMPUTED_DOCUMENT_BYTES = 1024;
/** `//` and the like in an XPath: seven of them on 90 levels take MySQL 2 GB and minutes. */
export const XPATH_SEARCHES = 2;
export const FORMAT_WIDTH = 1000;
/** Bytes of a text times bytes of what is looked for in it: the servers compare them at each place, 10^10 steps in some seconds, and nothing stops them. */
export const COMPARED_BYTES = 5e10;
/** What JSON_EXTRACT may put together with several paths, or one with `**`: a document in memory takes up to forty times its text. */
export const EXTRACTED_BYTES = 2 * 1024 * 1024;
/** JSON paths of one call: for each of them MariaDB reads the whole document. */
export const PATHS = 256;
export const READ_BYTES = 16 * 1024 * 1024;
/** Bytes of one shape times bytes of the other: distances are measured between all their points, 10^8 in a second. */
export const PAIRED_BYTES = 2.5e10;
/** Queries that a statement has when each use of a table expression is a copy of it. MariaDB takes 0.1 MB for each, MySQL has a limit of its own. */
export const COPIES = 1000;
/** Levels of an expression with those of the columns that it reads. 180 times JSON_EXTRACT around one another end MariaDB's process; people write 15. */
export const EXPRESSION_LEVELS = 64;
