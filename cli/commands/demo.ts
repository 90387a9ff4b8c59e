import type { Register } from './command.ts';

export const registerDemo: Register = (program, { conclude, output }) => {
  program
    .command('demo')
    .description('two publishers, an advertiser, three parties, four questions')
    .action(() =>
      conclude(async () => {
        const { runDemo } = await import('../../demo/demo.ts');
        return runDemo(output);
      }),
    );
};
