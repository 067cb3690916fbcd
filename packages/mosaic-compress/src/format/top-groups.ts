/**
 * Which groups of `groupSize` adjacent elements a vector keeps: the `count` of largest energy (sum of squares), ties to the lower group.
 * @returns their indices in ascending order
 */
export function topGroups(elements: Float64Array, groupSize: number, count: number): number[] {
  const energies = Array.from({ length: elements.length / groupSize }, (_, group) => {
    let energy = 0;
    for (let i = group * groupSize; i < (group + 1) * groupSize; i++) energy += (elements[i] as number) ** 2;
    return energy;
  });
  return energies
    .map((_, group) => group)
    .sort((a, b) => (energies[b] as number) - (energies[a] as number) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}
