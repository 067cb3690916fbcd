/**
 * An order of channels that puts those next to each other which vectors keep together, so that groups of `groupSize` waste little.
 * Greedy: a group starts with the channel kept most often among those left and takes the one of largest overlap (vectors that keep both /
 * vectors that keep either) with the group's members, until it is full; ties to the lower channel.
 * @param selections channels each vector would keep on its own, by vector
 */
export function coSelectionOrder(selections: readonly (readonly number[])[], channels: number, groupSize: number): number[] {
  const together = new Float64Array(channels * channels);
  for (const kept of selections) {
    for (const a of kept) for (const b of kept) together[a * channels + b] = (together[a * channels + b] as number) + 1;
  }
  const keptBy = (channel: number): number => together[channel * channels + channel] as number;
  const overlap = (a: number, b: number): number => {
    const both = together[a * channels + b] as number;
    return both / Math.max(1, keptBy(a) + keptBy(b) - both);
  };
  const left = new Set(Array.from({ length: channels }, (_, channel) => channel));
  const takeBest = (score: (channel: number) => number): number => {
    let best = -1;
    for (const channel of left) if (best < 0 || score(channel) > score(best)) best = channel;
    left.delete(best);
    return best;
  };
  const order: number[] = [];
  while (left.size > 0) {
    const group = [takeBest(keptBy)];
    while (group.length < groupSize && left.size > 0) {
      group.push(takeBest((channel) => group.reduce((sum, member) => sum + overlap(channel, member), 0)));
    }
    order.push(...group);
  }
  return order;
}
