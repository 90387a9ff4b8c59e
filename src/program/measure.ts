import { Account, PARTIES } from './account.ts';
import type { Cost } from './cost.ts';
import { measureCollect, measureNormalize, measureRank, measureScan } from './measure-relations.ts';
import { measureRows } from './measure-rows.ts';
import { measureGuard, measureRoute, measureShuffle } from './measure-shuffle.ts';
import { type MeasuredSort, measuredSorts, measureSort } from './measure-sort.ts';
import { measureVerification } from './measure-verification.ts';
import type { Program, ResultStage, Stage } from './program.ts';
import { relationSizes } from './relation-sizes.ts';
import { resultPlaneBytes } from './shapes.ts';
import { expectedSorts, type SortRecord } from './sort-record.ts';
import { BARRIER_BYTES, COMMITMENT_BYTES, ECHO_BYTES, HELLO_BYTES, STEP } from './steps.ts';

/** Cost of one operator of the program, and of all together. */
export interface Measurement {
  readonly operators: readonly { readonly label: string; readonly cost: Cost }[];
  readonly total: Cost;
}

/** Bytes that sealing to the analyst's key adds: ephemeral key and authentication tag, and the salt of the commitment. */
export const SEAL_OVERHEAD_BYTES = 48 + 32;

/** Whether the program needs the parties to talk at all; constants alone do not. */
export function isInteractive({ results }: Program): boolean {
  return results.reveal.length > 0 || results.planes !== undefined;
}

/**
 * Exact cost of a program, computed from public shapes alone: rounds, frame bytes per party, AND gates and
 * products. The executor's statistics equal it for every run. Parties also talk for an answer that needs no secret, if its
 * statement names tables: they agree on the versions.
 *
 * How many comparisons a sort makes is known when it has run: `sorts` says it; by default it is what is expected.
 */
export function measure(
  program: Program,
  namesTables = isInteractive(program),
  sorts: SortRecord = expectedSorts(program),
): Measurement {
  const accounts = program.operators.map(() => new Account());
  const at = (operator: number): Account => {
    const account = accounts[operator];
    if (account === undefined) throw new RangeError(`operator ${operator}`);
    return account;
  };
  const session = new Account();
  if (namesTables) measureHello(session);
  if (isInteractive(program)) {
    measureSession(session);
    const measured = measuredSorts(program, sorts);
    const sizes = relationSizes(program);
    program.stages.forEach((stage, index) => {
      const planes = 'from' in stage ? (sizes[stage.from]?.planes ?? 0) : 0;
      measureStage(stage, { index, planes, sort: measured.get(index) }, at);
    });
    const { tests, operator } = program.results;
    if (tests.length > 0) {
      at(operator).rounds += 1;
      at(operator).multiplications += tests.length;
      at(operator).sendAll(STEP.zeroTest, 8 * tests.length);
    }
  }
  const sealed = isInteractive(program)
    ? PARTIES * (SEAL_OVERHEAD_BYTES + resultShareBytes(program.results))
    : 0;
  const operators = [
    ...program.operators.map((label, k) => ({ label, cost: at(k).cost() })),
    ...verification(program, accounts, sorts),
    {
      label: 'session: keys, agreement on the program, barrier, reveal',
      cost: session.cost(sealed),
    },
  ];
  return { operators, total: sum(operators.map((operator) => operator.cost)) };
}

/** The checks of an active run, and the rounds that lanes wait for them. */
function verification(
  program: Program,
  accounts: readonly Account[],
  sorts: SortRecord,
): Measurement['operators'] {
  if (program.suite.security === 'passive' || !isInteractive(program)) return [];
  const account = new Account();
  const others = accounts.reduce((rounds, other) => rounds + other.rounds, 0);
  account.rounds = measureVerification(account, program, sorts) - others;
  return [{ label: 'verification: all AND gates and products, in batches', cost: account.cost() }];
}

function measureHello(account: Account): void {
  account.rounds += 1;
  for (let peer = 1; peer < PARTIES; peer++) account.sendAll(STEP.hello, HELLO_BYTES);
}

function measureSession(account: Account): void {
  account.rounds += 3;
  for (let peer = 1; peer < PARTIES; peer++) {
    account.sendAll(STEP.echo, ECHO_BYTES);
    account.sendAll(STEP.barrier, BARRIER_BYTES);
    account.sendAll(STEP.commit, COMMITMENT_BYTES);
  }
}

/** What there is to know of a stage besides itself: its index, the planes of the relation it reads, what a sort has done. */
interface StagePlace {
  readonly index: number;
  readonly planes: number;
  readonly sort: MeasuredSort | undefined;
}

function measureStage(
  stage: Stage,
  { index, planes, sort }: StagePlace,
  at: (operator: number) => Account,
): void {
  switch (stage.kind) {
    case 'rows':
      measureRows(stage, index, at);
      return;
    case 'normalize':
      measureNormalize(at(stage.operator), stage, index);
      return;
    case 'collect':
      measureCollect(at(stage.operator), stage, index);
      return;
    case 'rank':
      measureRank(at(stage.operator), stage, index);
      return;
    case 'scan':
      measureScan(at(stage.operator), stage, index);
      return;
    case 'sort':
      measureSort(at(stage.operator), sort);
      return;
    case 'route':
      measureRoute(at(stage.operator), stage, index, planes);
      return;
    case 'shuffle':
      measureShuffle(at(stage.operator), { id: `${index}`, rows: stage.rows, planes });
      return;
    case 'guard':
      measureGuard(at(stage.operator), stage, index);
      return;
    case 'concat':
    case 'pairs':
      // Nothing is sent: shares are copied.
      return;
  }
}

/** What one party seals: an element per scalar, and both of its components of every plane. */
export function resultShareBytes({ reveal, planes }: ResultStage): number {
  const bits = planes === undefined ? 0 : planes.planes.length * resultPlaneBytes(planes.rows);
  return 8 * reveal.length + 2 * bits;
}

function sum(costs: readonly Cost[]): Cost {
  const add = (pick: (cost: Cost) => number) =>
    costs.reduce((total, cost) => total + pick(cost), 0);
  return {
    rounds: add((cost) => cost.rounds),
    bytesPerParty: Array.from({ length: PARTIES }, (_, party) =>
      add((cost) => cost.bytesPerParty[party] ?? 0),
    ),
    bytesToAnalyst: add((cost) => cost.bytesToAnalyst),
    andGates: add((cost) => cost.andGates),
    multiplications: add((cost) => cost.multiplications),
  };
}
