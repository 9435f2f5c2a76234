/** SHOW GRANTS of MariaDB tells how its own account logs in, SHOW CREATE TABLE how a table elsewhere is reached. */
export function hideCredentials(text: string): string {
  if (text.startsWith('GRANT ')) {
    return text.replace(/ IDENTIFIED (?:BY PASSWORD|VIA|WITH) .*?(?= REQUIRE | WITH |$)/s, ' IDENTIFIED BY <hidden>');
  }
  if (text.startsWith('CREATE ')) {
    return text
      .replaceAll(/\bCONNECTION='(?:[^'\\]|''|\\.)*'/gs, "CONNECTION='<hidden>'")
      .replaceAll(/\bpassword "[^"]*"/gi, 'password "<hidden>"');
  }
  return text;
}
