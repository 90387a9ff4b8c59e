import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Dice } from './random.ts';

const CAMPAIGNS = ['autumn coats', 'winter boots', 'city bags', 'rain gear', 'wool hats'];
const DEVICES = ['phone', 'desktop', 'tablet', 'tv'];
const CATEGORIES = ['coats', 'boots', 'bags', 'hats', 'gifts'];
const USERS = 40_000;

/** How many rows each owner has. */
export const ROWS = { publisher_north: 60_000, publisher_south: 40_000, advertiser: 20_000 };

/**
 * Writes the three owners' files and the configuration of the demo into a folder. The same seed gives
 * the same bytes. Returns the path of the configuration.
 */
export async function generateDemo(folder: string, seed: number): Promise<string> {
  const north = exposures(new Dice(seed), ROWS.publisher_north, 1);
  const south = exposures(new Dice(seed + 1), ROWS.publisher_south, 1.35);
  const bought = purchases(new Dice(seed + 2), ROWS.advertiser);
  const config = join(folder, 'tacit.yaml');
  await Promise.all([
    writeFile(join(folder, 'north.csv'), north),
    writeFile(join(folder, 'south.csv'), south),
    writeFile(join(folder, 'purchases.csv'), bought),
    writeFile(config, CONFIG),
  ]);
  return config;
}

const CONFIG = `tables:
  exposures:
    - { owner: publisher_north, source: north.csv }
    - { owner: publisher_south, source: south.csv }
    - columns: { cost: { type: "DECIMAL(8,4)", bounds: [0, 1] } }
  purchases:
    - { owner: advertiser, source: purchases.csv }
    - columns: { amount: { type: "DECIMAL(8,2)", bounds: [0, 1000] } }
`;

/** Who saw which advertisement, on what, for how long, and what the publisher charged. */
function exposures(dice: Dice, rows: number, price: number): string {
  const lines = ['user_id,campaign,device,viewed_on,seconds,clicked,cost'];
  for (let i = 0; i < rows; i++) {
    const campaign = dice.favour(CAMPAIGNS);
    const device = dice.favour(DEVICES);
    const seconds = Math.min(600, Math.round(dice.waiting(device === 'tv' ? 21 : 9)));
    const clicked = dice.chance(device === 'tv' ? 0.002 : 0.01 + seconds / 900);
    const cost = Math.min(1, price * (0.004 + dice.waiting(0.006))).toFixed(4);
    const user = dice.between(1, USERS);
    lines.push(`${user},${campaign},${device},${day(dice, 61)},${seconds},${clicked},${cost}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What the advertiser sold, to whom, and whether the customer had bought before. */
function purchases(dice: Dice, rows: number): string {
  const lines = ['user_id,category,bought_on,amount,discount,returning_customer'];
  for (let i = 0; i < rows; i++) {
    const category = dice.favour(CATEGORIES);
    const cents = Math.min(100_000, 900 + Math.round(dice.waiting(6_400)));
    const discount = dice.chance(0.3) ? `${dice.between(1, 8) * 5}` : '';
    const user = dice.between(1, USERS);
    const returning = dice.chance(0.42);
    const amount = (cents / 100).toFixed(2);
    lines.push(`${user},${category},${day(dice, 61)},${amount},${discount},${returning}`);
  }
  return `${lines.join('\n')}\n`;
}

/** One of the first `days` days from 1 October 2025 on. */
function day(dice: Dice, days: number): string {
  const date = new Date(Date.UTC(2025, 9, 1 + dice.between(0, days - 1)));
  return date.toISOString().slice(0, 10);
}
