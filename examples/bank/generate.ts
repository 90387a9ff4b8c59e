import { dayAfter, generate, type MadeUp } from '../generator.ts';

const COUNTRIES = ['DE', 'FR', 'IT', 'NL', 'CH'];
const CHANNELS = ['card', 'transfer', 'cash', 'cheque'];

/** A bank's transfers; a few accounts, at both banks, move just under the threshold that must be reported. */
function transfers(file: string, rows: number): MadeUp {
  return {
    file,
    rows,
    header: 'id,account,country,channel,amount,booked_on,flagged',
    row: (dice, index) => {
      const suspicious = dice.chance(0.02);
      const amount = suspicious ? dice.between(9_000, 9_999) : Math.min(250_000, dice.waiting(850));
      const number = dice.between(1, suspicious ? 3 : 4_000);
      const account = `${dice.favour(COUNTRIES)}${String(number).padStart(8, '0')}`;
      return [
        index,
        account,
        account.slice(0, 2),
        suspicious ? 'cash' : dice.favour(CHANNELS),
        amount.toFixed(2),
        dayAfter('2025-01-01', dice.between(0, 364)),
        dice.chance(suspicious ? 0.3 : 0.01),
      ];
    },
  };
}

await generate(import.meta.dirname, 11, [
  transfers('north.csv', 3_000),
  transfers('south.csv', 2_000),
]);
