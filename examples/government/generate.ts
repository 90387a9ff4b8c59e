import { dayAfter, generate, type MadeUp } from '../generator.ts';

const REGIONS = ['north', 'east', 'south', 'west'];
const SECTORS = ['health', 'trade', 'building', 'teaching', 'transport'];

/** An office's records of people in a measure: what they earned before and after. */
function records(file: string, rows: number, gain: number): MadeUp {
  return {
    file,
    rows,
    header: 'person,region,sector,born,started,income_before,income_after,completed',
    row: (dice) => {
      const before = Math.round(Math.min(90_000, 12_000 + dice.waiting(14_000)));
      const completed = dice.chance(0.7);
      const after = Math.round(before * (completed ? gain : 1) + dice.between(-1_500, 1_500));
      return [
        String(dice.between(10_000_000, 99_999_999)),
        dice.favour(REGIONS),
        dice.favour(SECTORS),
        dayAfter('1960-01-01', dice.between(0, 15_000)),
        dayAfter('2023-01-01', dice.between(0, 700)),
        before,
        dice.chance(0.06) ? '' : after,
        completed,
      ];
    },
  };
}

await generate(import.meta.dirname, 51, [
  records('labour.csv', 2_200, 1.09),
  records('social.csv', 1_300, 1.05),
]);
