/**
 * Which groups of `groupSize` adjacent elements a vector keeps: the `count` of largest energy (sum of squares), ties to the lower group.
 * @returns their indices in ascending order
 */
export function topGroups(elements: Float64Array, groupSize: number, count: number): number[] {
  const energies = new Float64Array(elements.length / groupSize);
  for (let i = 0; i < elements.length; i++) {
    const group = Math.floor(i / groupSize);
    energies[group] = (energies[group] as number) + (elements[i] as number) ** 2;
  }
  const least = energies.toSorted()[energies.length - count] as number;
  let ties = count;
  for (let group = 0; group < energies.length; group++) if ((energies[group] as number) > least) ties--;
  const kept: number[] = [];
  for (let group = 0; group < energies.length; group++) {
    const energy = energies[group] as number;
    if (energy > least || (energy === least && ties-- > 0)) kept.push(group);
  }
  return kept;
}
