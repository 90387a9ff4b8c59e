import { dayAfter, generate, type MadeUp } from '../generator.ts';

const DIAGNOSES = ['J18', 'I21', 'E11', 'C50', 'S72', 'N39'];
const WARDS = ['medicine', 'surgery', 'cardiology', 'oncology'];

/** A hospital's stays; outcomes are missing for patients who are still there. */
function stays(file: string, rows: number, older: number): MadeUp {
  return {
    file,
    rows,
    header: 'patient,diagnosis,ward,age,admitted,days,readmitted,cost',
    row: (dice, index) => {
      const days = dice.chance(0.05) ? '' : Math.min(90, 1 + Math.round(dice.waiting(5)));
      const age = Math.min(100, dice.between(18, 80) + older);
      return [
        `P${String(index).padStart(6, '0')}`,
        dice.favour(DIAGNOSES),
        dice.favour(WARDS),
        age,
        dayAfter('2025-01-01', dice.between(0, 364)),
        days,
        days === '' ? '' : dice.chance(0.08 + age / 900),
        (300 + dice.waiting(2_400)).toFixed(2),
      ];
    },
  };
}

await generate(import.meta.dirname, 21, [
  stays('city.csv', 2_500, 0),
  stays('coast.csv', 1_500, 9),
]);
