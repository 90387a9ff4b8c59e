import { dayAfter, generate, type MadeUp } from '../generator.ts';

const CAMPAIGNS = ['bags', 'boots', 'coats', 'hats'];
const DEVICES = ['phone', 'desktop', 'tablet', 'tv'];

const USERS = 4_000;

/** The same for a person at every owner. */
function hash(user: number): string {
  return (Math.imul(user, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
}

/** A publisher's impressions with the conversions that its own pixel saw. */
function impressions(file: string, rows: number, price: number): MadeUp {
  return {
    file,
    rows,
    header: 'user_hash,campaign,device,shown_on,seconds,clicked,converted,value,cost',
    row: (dice) => {
      const clicked = dice.chance(0.03);
      const converted = dice.chance(clicked ? 0.2 : 0.002);
      return [
        hash(dice.between(1, USERS)),
        dice.favour(CAMPAIGNS),
        dice.favour(DEVICES),
        dayAfter('2025-10-01', dice.between(0, 91)),
        Math.min(120, Math.round(dice.waiting(6))),
        clicked,
        converted,
        converted ? (5 + dice.waiting(60)).toFixed(2) : '',
        Math.min(1, price * dice.waiting(0.01)).toFixed(4),
      ];
    },
  };
}

/** What the shop sold, to every fourth person once. */
const SALES: MadeUp = {
  file: 'sales.csv',
  rows: USERS / 4,
  header: 'user_hash,sold_on,amount',
  row: (dice, index) => [
    hash(4 * index + 1),
    dayAfter('2025-10-01', dice.between(0, 91)),
    (5 + dice.waiting(60)).toFixed(2),
  ],
};

await generate(import.meta.dirname, 41, [
  impressions('news.csv', 6_000, 1),
  impressions('video.csv', 4_000, 1.8),
  SALES,
]);
