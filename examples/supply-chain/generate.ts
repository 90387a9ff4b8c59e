import { dayAfter, generate, type MadeUp } from '../generator.ts';

const PARTS = ['bearing', 'gasket', 'housing', 'motor', 'sensor', 'shaft'];
const PLANTS = ['Brno', 'Gent', 'Graz', 'Porto'];

/** A supplier's deliveries: what was promised, what came, how much of it was refused. */
function deliveries(file: string, rows: number, care: number): MadeUp {
  return {
    file,
    rows,
    header: 'order_id,part,plant,promised,delivered,pieces,defective,unit_price',
    row: (dice, index) => {
      const promised = dice.between(0, 330);
      const late = dice.chance(0.25 / care) ? dice.between(1, 20) : -dice.between(0, 3);
      const pieces = dice.between(10, 500);
      const defective = dice.chance(0.2 / care) ? dice.between(1, Math.ceil(pieces / 20)) : 0;
      return [
        index,
        dice.favour(PARTS),
        dice.favour(PLANTS),
        dayAfter('2025-01-08', promised),
        dayAfter('2025-01-08', promised + late),
        pieces,
        defective,
        (0.5 + dice.waiting(14)).toFixed(3),
      ];
    },
  };
}

await generate(import.meta.dirname, 31, [
  deliveries('alpine.csv', 1_200, 1.6),
  deliveries('baltic.csv', 900, 1),
  deliveries('iberia.csv', 700, 1.2),
]);
