import { parentPort, workerData } from 'node:worker_threads';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { directPlanner } from '../../src/engine/planner.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import { createLog, describeError } from '../log.ts';
import { toPlain } from './messages.ts';
import type { FromPlanner, PlannerData, ToPlanner } from './planner-messages.ts';

// Entry of the planner thread: statements in, programs out, one after another.
invariant(parentPort !== null, 'this module runs in a worker thread');
const port = parentPort;
const about: PlannerData = workerData;
const log = createLog(about.log, about.party);
const planner = directPlanner(nodeCrypto);

port.on('message', (message: ToPlanner) => void answer(message));
port.postMessage({ kind: 'ready' } satisfies FromPlanner);

async function answer(message: ToPlanner): Promise<void> {
  const { call } = message;
  try {
    if (message.kind === 'outline') {
      say({ kind: 'outline', call, outline: await planner.outline(message.sql) });
    } else {
      say({ kind: 'plan', call, prepared: await planner.plan(message.question, message.tables) });
    }
  } catch (error) {
    if (!(error instanceof TacitError)) log.error({ error: describeError(error) }, 'no plan');
    say({ kind: 'failure', call, error: toPlain(error) });
  }
}

function say(message: FromPlanner): void {
  port.postMessage(message);
}
