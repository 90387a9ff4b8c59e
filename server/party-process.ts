import { serveParty } from './serve-party.ts';

// Entry of a forked party process: its only argument is the party's directory.
await serveParty(process.argv[2] ?? '.');
