import type { DoctorOptions } from '../doctor/doctor-command.ts';
import type { Register } from './command.ts';

export const registerDoctor: Register = (program, { conclude, output }) => {
  program
    .command('doctor')
    .description('check keys, clocks, versions, disks and the network of a consortium')
    .requiredOption('--as <dir>', 'directory of a party or member')
    .option('--json', 'print JSON', false)
    .option('--save-network <file>', 'write the measured network profile, for --network')
    .action((options: DoctorOptions) =>
      conclude(async () => {
        const { doctorCommand } = await import('../doctor/doctor-command.ts');
        return doctorCommand(options, output);
      }),
    );
};
