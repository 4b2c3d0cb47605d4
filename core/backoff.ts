/**
 * How long to wait before the next try, in milliseconds: between nothing and the doubled delay, so
 * that many failing at once do not return at once
 * (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
 */
export const backoffMs = (
  attempts: number,
  { firstMs, longestMs }: { firstMs: number; longestMs: number },
  random: number = Math.random(),
): number => Math.round(random * Math.min(longestMs, firstMs * 2 ** attempts))
