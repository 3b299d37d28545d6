import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, row } from './bench-print.ts';

/** Measures archive and upload of a large DAG folder in `home`, beside tar, gzip and curl. */
export async function benchArchives(home: string): Promise<void> {
  const folder = makeDags(home);
  const sink = http.createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(201, { 'x-ms-version-id': '1' }).end());
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${String((sink.address() as AddressInfo).port)}/blob?sig=bench`;
  const child = fileURLToPath(new URL('bench-upload.ts', import.meta.url));
  const pipeline = `tar -c -C "$0" dags | gzip -6 | curl -sf -T - -H 'x-ms-blob-type: BlockBlob' "$1" -o /dev/null`;
  const ours: number[] = [];
  const theirs: number[] = [];
  let peak = 0;
  for (let round = 0; round < 3; round++) {
    const run = await timed(process.execPath, ['--no-warnings', child, folder, address]);
    ours.push(run.milliseconds);
    peak = Math.max(peak, Number(run.output));
    theirs.push((await timed('sh', ['-c', pipeline, home, address])).milliseconds);
  }
  sink.close();
  const ratio = median(theirs) / median(ours);
  row(
    'archive + upload, 10,000 files / 200 MB',
    `${(median(ours) / 1000).toFixed(2)} s, peak ${peak.toFixed(0)} MB`,
    '<= 150 MB',
  );
  row(
    '  throughput over tar | gzip -6 | curl -T -',
    `${ratio.toFixed(2)} x (theirs: ${(median(theirs) / 1000).toFixed(2)} s)`,
    '>= 1 x',
  );
}

/** 10,000 files of 20 kB, half text, half noise: about as compressible as code with data files beside it. */
function makeDags(home: string): string {
  const folder = join(home, 'dags');
  for (let index = 0; index < 10_000; index++) {
    const at = join(folder, `group${String(index % 100)}`);
    mkdirSync(at, { recursive: true });
    const text = Buffer.alloc(17_500, `def task_${String(index)}(): return ${String(index)}\n`);
    writeFileSync(join(at, `dag_${String(index)}.py`), Buffer.concat([randomBytes(2_500), text]));
  }
  return folder;
}

async function timed(file: string, args: readonly string[]): Promise<{ milliseconds: number; output: string }> {
  const begun = performance.now();
  const output = await new Promise<string>((resolve, reject) => {
    const run = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    run.stdout.on('data', (data: Buffer) => (text += data.toString()));
    run.once('close', (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`${file} ended with ${String(code)}`));
    });
  });
  return { milliseconds: performance.now() - begun, output };
}
