import type { VerifyOptions } from '../verify/verify-command.ts';
import type { Register } from './command.ts';

export const registerVerify: Register = (program, { conclude, output }) => {
  program
    .command('verify')
    .description('check receipts, offline: what was proven, and under which assumption')
    .argument('<file...>', 'receipts; several ones are a chain in this order')
    .option('--consortium <file>', 'consortium.json with the keys that you believe')
    .action((files: readonly string[], options: Omit<VerifyOptions, 'files'>) =>
      conclude(async () => {
        const { verifyCommand } = await import('../verify/verify-command.ts');
        return verifyCommand({ ...options, files }, output);
      }),
    );
};
