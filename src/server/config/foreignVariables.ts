/**
 * Names that others have given a meaning: the server and its clients, its images, build systems, links of containers. They are left alone.
 * @see https://dev.mysql.com/doc/refman/9.7/en/environment-variables.html
 * @see https://hub.docker.com/_/mysql (Environment Variables)
 * @see https://docs.docker.com/engine/network/links/#environment-variables
 */
export const FOREIGN: readonly string[] = [
  'MYSQL_DEBUG',
  'MYSQL_GROUP_SUFFIX',
  'MYSQL_HISTFILE',
  'MYSQL_HISTIGNORE',
  'MYSQL_HOME',
  'MYSQL_OPENSSL_UDF_DH_BITS_THRESHOLD',
  'MYSQL_OPENSSL_UDF_DSA_BITS_THRESHOLD',
  'MYSQL_OPENSSL_UDF_RSA_BITS_THRESHOLD',
  'MYSQL_PS1',
  'MYSQL_PWD',
  'MYSQL_SERVER_PREPARE',
  'MYSQL_TCP_PORT',
  'MYSQL_TEST_LOGIN_FILE',
  'MYSQL_TEST_TRACE_CRASH',
  'MYSQL_TEST_TRACE_DEBUG',
  'MYSQL_UNIX_PORT',
  'MYSQL_ALLOW_EMPTY_PASSWORD',
  'MYSQL_INITDB_SKIP_TZINFO',
  'MYSQL_LOG_CONSOLE',
  'MYSQL_MAJOR',
  'MYSQL_ONETIME_PASSWORD',
  'MYSQL_RANDOM_ROOT_PASSWORD',
  'MYSQL_ROOT_HOST',
  'MYSQL_ROOT_PASSWORD',
  'MYSQL_ROOT_PASSWORD_FILE',
  'MYSQL_SHELL_VERSION',
  'MYSQL_USER_FILE',
  'MYSQL_DATABASE_FILE',
  'MYSQL_VERSION',
  'MYSQL_NAME',
  'MYSQL_SERVICE_HOST',
  'MYSQL_SERVICE_PORT',
  'MYSQL_DIR',
  'MYSQL_INCLUDE_DIR',
  'MYSQL_LIB_DIR',
  'MYSQL_CONFIG',
];
