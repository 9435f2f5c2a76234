/** How SQL begins, in the upper case that all of ours is written in. */
const BEGINS =
  /^\s*\(?(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|SET|SHOW|USE|KILL|CREATE|ALTER|DROP|TRUNCATE|RENAME|GRANT|REVOKE|CALL|EXPLAIN|ANALYZE|PREPARE|EXECUTE|LOAD|LOCK|START|BEGIN|WITH|ORDER BY|GROUP BY|WHERE|FROM|JOIN|LIMIT|VALUES|COLLATE)\s/;
/** What joins its parts. */
const HOLDS = /\s(?:FROM|WHERE|INTO|VALUES|LIMIT|ORDER BY|COLLATE|HAVING)\s/;

const isSql = (text) => BEGINS.test(`${text} `) || HOLDS.test(` ${text} `);

/** SQL is put together by the tag `sql` alone, whose parts are values that were checked. */
export const ownSqlRule = {
  meta: {
    type: 'problem',
    messages: {
      untagged: 'Put SQL together by sql`…` with integer(), quoteIdentifier(), textLiteral() and joined() of engine/sql/ownSql.ts.',
    },
    schema: [],
  },
  create(context) {
    const check = (node, texts) => {
      if (texts.some(isSql)) context.report({ node, messageId: 'untagged' });
    };
    /** A text that is in the program as it is. */
    const isConstant = (node) =>
      (node.type === 'Literal' && typeof node.value === 'string') ||
      (node.type === 'TemplateLiteral' && node.expressions.length === 0) ||
      (node.type === 'BinaryExpression' && isConstant(node.left) && isConstant(node.right));
    const textOf = (node) => (node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : []);
    return {
      TemplateLiteral(node) {
        if (node.expressions.length === 0 || node.parent.type === 'TaggedTemplateExpression') return;
        check(
          node,
          node.quasis.map(({ value }) => value.raw),
        );
      },
      "BinaryExpression[operator='+']": (node) => {
        if (!isConstant(node)) check(node, [...textOf(node.left), ...textOf(node.right)]);
      },
      "AssignmentExpression[operator='+=']": (node) => {
        check(node, textOf(node.right));
      },
    };
  },
};
