import { operatorsOf } from '../planner/explain.ts';
import type { OperatorRole } from '../planner/operators.ts';
import type { Answer, PhysicalPlan } from '../planner/physical/plan.ts';
import type { ResultShape } from '../planner/result-shape.ts';
import {
  type Program,
  type ResultStage,
  SECURITY_DEFAULT,
  type Security,
} from '../program/program.ts';
import { compileAnswer } from './answer.ts';
import { Cells } from './cells.ts';
import { checkProgram } from './check-program.ts';
import { openPass } from './collect.ts';
import { Numbering } from './numbering.ts';
import { relationalShop } from './relational/relational-compiler.ts';
import { compileRows } from './relational/rows-answer.ts';
import type { RelationalShop } from './relational/shop.ts';

export interface Compiled {
  readonly program: Program;
  readonly shape: ResultShape;
}

/** The one number of parties and threshold that is built. */
export const PARTIES = { parties: 3, threshold: 1 } as const;

/** Turns a plan into a program and the way its opened values become rows; a query whose answer is public has no stages. */
export function compile(plan: PhysicalPlan, security: Security = SECURITY_DEFAULT): Compiled {
  const operators = operatorsOf(plan);
  const indexOf = (role: OperatorRole, level: number) =>
    operators.findIndex((each) => each.role === role && each.level === level);
  // A role without an operator has no steps, or they are few and belong to the sums.
  const operator = (role: OperatorRole, level: number) =>
    Math.max(0, indexOf(role, level), indexOf(role, level) < 0 ? indexOf('sums', level) : 0);
  const shop = relationalShop({
    ...{ network: plan.network, numbering: new Numbering(), stages: [], operator },
  });
  const { rows, relation, planes } = compileParts(plan.answer, shop);
  const { guards } = shop.numbering;
  if (guards.length > 0) {
    shop.stages.push({ kind: 'guard', guards, operator: operator('reveal', 0) });
  }
  const program: Program = {
    format: 3,
    suite: { ...PARTIES, security },
    stages: shop.stages,
    results: shop.numbering.results(operator('reveal', 0), planes),
    operators: operators.map(({ label }) => label),
  };
  checkProgram(program);
  const { columns, sort } = plan;
  return {
    program,
    shape: { columns, ...(relation && { relation }), ...(sort && { sort }), rows },
  };
}

function compileParts(
  answer: Answer,
  shop: RelationalShop,
): Pick<ResultShape, 'rows' | 'relation'> & { readonly planes?: ResultStage['planes'] } {
  switch (answer.kind) {
    case 'known':
      return { rows: answer.rows.map((cells) => ({ cells })) };
    case 'sums': {
      const pass = openPass(answer.input, shop);
      const rows = new Cells(pass, shop.numbering, answer.input).rows(answer.rows);
      shop.stages.push(...pass.stages());
      return { rows };
    }
    case 'relation': {
      const { planes, shape } = compileAnswer(answer, shop);
      return { rows: [], relation: shape, planes };
    }
    case 'rows': {
      const { planes, shape } = compileRows(answer, shop, shop.operator('show', 0));
      return { rows: [], relation: shape, planes };
    }
  }
}
