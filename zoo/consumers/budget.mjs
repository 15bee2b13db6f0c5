/**
 * A retry budget as the AWS SDKs have one: each retry takes a token, each success brings a part of one back. While nothing succeeds,
 * retries end when the tokens do.
 */
export function tokenBudget({ tokens, perSuccess }) {
  let left = tokens;
  return {
    take: () => {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
    succeeded: () => {
      left = Math.min(tokens, left + perSuccess);
    },
  };
}
