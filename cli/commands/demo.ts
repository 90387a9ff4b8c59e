import type { Security } from '../../src/program/program.ts';
import { type Register, securityOption } from './command.ts';

export const registerDemo: Register = (program, { conclude, output }) => {
  program
    .command('demo')
    .description('two publishers, an advertiser, three parties, four questions')
    .addOption(securityOption())
    .action(({ security }: { security?: Security }) =>
      conclude(async () => {
        const { runDemo } = await import('../../demo/demo.ts');
        return runDemo(output, security);
      }),
    );
};
