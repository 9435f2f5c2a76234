import { PLAIN_MODES, type Dialect } from '../../../../src/engine/sql/lexer/dialect.ts';

export const MYSQL: Dialect = { flavor: 'mysql', version: 90704, ...PLAIN_MODES };
export const MARIADB: Dialect = { flavor: 'mariadb', version: 101118, ...PLAIN_MODES };
export const MYSQL_56: Dialect = { flavor: 'mysql', version: 50624, ...PLAIN_MODES };
