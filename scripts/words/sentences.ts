import type { TextlintRuleModule } from '@textlint/kernel';
import { split } from 'sentence-splitter';
import { StringSource } from 'textlint-util-to-string';

/** A rule of textlint: a sentence has at most `max` words. Code counts as one. */
export const sentences: TextlintRuleModule = ({ Syntax, RuleError, report, locator }, { max = 25 } = {}) => {
  const most = Number(max);
  return {
    [Syntax.Paragraph](node) {
      const source = new StringSource(node as unknown as ConstructorParameters<typeof StringSource>[0], {
        replacer: ({ node: { type }, maskValue }) => (type === 'Code' ? maskValue('x') : undefined),
      });
      for (const { type, raw, range } of split(source.toString())) {
        const words = raw.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
        if (type !== 'Sentence' || words <= most) continue;
        const padding = locator.at(source.originalIndexFromIndex(range[0]) ?? 0);
        report(node, new RuleError(`${String(words)} words in a sentence, ${String(most)} at most: ${raw.slice(0, 60)}…`, { padding }));
      }
    },
  };
};
