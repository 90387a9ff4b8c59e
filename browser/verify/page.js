import { verifyReceipts } from '../../src/audit/in-browser.ts';

/** Also for other pages and programs, which then need no form. */
globalThis.tacitVerify = verifyReceipts;

/** Reads the chosen files and shows what they prove. Whoever chose again meanwhile sees only the newest. */
async function show(receipts, consortium, report) {
  const chosen = [...receipts.files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const pins = consortium.files[0];
  const files = [];
  for (const file of chosen) {
    files.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  }
  const { lines, passed } = verifyReceipts(files, pins && (await pins.text()));
  const isNewest =
    pins === consortium.files[0] && chosen.every((f) => [...receipts.files].includes(f));
  if (!isNewest) return;
  report.textContent = lines.join('\n');
  report.className = passed ? 'passed' : 'failed';
}

if (globalThis.document !== undefined) {
  const [receipts, consortium, report] = ['receipts', 'consortium', 'report'].map((id) =>
    document.getElementById(id),
  );
  const update = () => {
    if (receipts.files.length === 0) return;
    report.textContent = 'Verifying ...';
    report.className = '';
    show(receipts, consortium, report).catch((error) => {
      report.textContent = `The files could not be read: ${error}`;
      report.className = 'failed';
    });
  };
  receipts.addEventListener('change', update);
  consortium.addEventListener('change', update);
}
