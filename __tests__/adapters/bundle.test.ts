import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packBundle } from '../../src/astro/archive.ts';
import { collectBundle, type BundleOptions } from '../../src/astro/bundle.ts';
import { UserError } from '../../src/core/errors.ts';

let place = '';
let dags = '';
beforeEach(() => {
  place = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'bundle-')));
  dags = join(place, 'dags');
  fs.mkdirSync(dags);
});
afterEach(() => {
  fs.rmSync(place, { recursive: true, force: true });
});

const plain: BundleOptions = { prefix: 'dags', refuseOutsideLinks: false, allowEmpty: false };

function write(name: string, content: string | Buffer = `# ${name}\n`, mode = 0o644): string {
  const path = join(dags, name);
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, content);
  fs.chmodSync(path, mode);
  return path;
}

function link(name: string, target: string): void {
  fs.mkdirSync(dirname(join(dags, name)), { recursive: true });
  fs.symlinkSync(target, join(dags, name));
}

const utf8 = { env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } };

/** What GNU tar makes of the archive, in a new folder. */
function extract(archive: Buffer): string {
  const folder = fs.mkdtempSync(join(place, 'out-'));
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input: archive, ...utf8 });
  return folder;
}

/** Every file (with its content's hash and whether it may be run) and link (with its target) below a folder. */
function tree(folder: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) Object.assign(found, tree(path, `${name}/`));
    else if (entry.isSymbolicLink()) found[name] = `-> ${fs.readlinkSync(path)}`;
    else found[name] = `${fs.statSync(path).mode & 0o100 ? 'x ' : ''}${sha256(fs.readFileSync(path))}`;
  }
  return found;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function packed(folder = dags, options: Partial<BundleOptions> = {}): Promise<Buffer> {
  return buffer(packBundle(collectBundle(folder, { ...plain, ...options }), new Date(0)));
}

function names(options: Partial<BundleOptions> = {}): string[] {
  return collectBundle(dags, { ...plain, ...options }).entries.map(({ name }) => name);
}

describe('the archive', () => {
  test('GNU tar lists files and links only, sorted, without times, owners or umask', async () => {
    write('b.py', 'b');
    write('a/z.py', 'z', 0o600);
    write('a.py', 'a', 0o666);
    write('run.sh', 'run', 0o700);
    write('empty.py', '');
    fs.mkdirSync(join(dags, 'empty-folder'));
    link('a/link.py', '../a.py');
    link('folder-link', 'a');
    const listing = execFileSync('tar', ['-tzvf', '-', '--utc', '--full-time', '--numeric-owner'], {
      input: await packed(),
      ...utf8,
    });
    expect(
      listing
        .toString()
        .trim()
        .split('\n')
        .map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      '-rw-r--r-- 0/0 1 1970-01-01 00:00:00 dags/a.py',
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 dags/a/link.py -> ../a.py',
      '-rw-r--r-- 0/0 1 1970-01-01 00:00:00 dags/a/z.py',
      '-rw-r--r-- 0/0 1 1970-01-01 00:00:00 dags/b.py',
      '-rw-r--r-- 0/0 0 1970-01-01 00:00:00 dags/empty.py',
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 dags/folder-link -> a',
      '-rwxr-xr-x 0/0 3 1970-01-01 00:00:00 dags/run.sh',
    ]);
  });

  test('files of every size round the tar block and the read size come out whole', async () => {
    for (const size of [0, 1, 511, 512, 513, 65_535, 65_536, 65_537, 262_144, 1_000_003]) {
      write(`f${size}.py`, Buffer.alloc(size, `${size} `));
    }
    expect(tree(join(extract(await packed()), 'dags'))).toEqual(tree(dags));
  });

  test('many small files between headers of every kind keep their own content', async () => {
    for (let count = 0; count < 300; count++) write(`${count % 2 ? 'ü' : 'u'}${count}.py`, `print(${count})`);
    expect(tree(join(extract(await packed()), 'dags'))).toEqual(tree(dags));
  });

  test.each([
    ['dags', 'dags/x.py'],
    ['', 'x.py'],
  ] as const)('prefix %j', async (prefix, name) => {
    dags = join(place, 'my_pipelines');
    write('x.py');
    expect(Object.keys(tree(extract(await packed(dags, { prefix }))))).toEqual([name]);
  });

  test('the same tree gives the same bytes, whatever folder, times, umask and order [T-22]', async () => {
    const other = join(place, 'elsewhere', 'other-name');
    const files = ['a.py', 'b/c.py', 'b/ü.py', `${'long/'.repeat(30)}d.py`];
    for (const name of files) write(name);
    link('l', 'b/c.py');
    const first = await packed();
    const original = dags;
    dags = other;
    link('l', 'b/c.py');
    for (const name of files.reverse()) fs.utimesSync(write(name, undefined, 0o640), 1e9, 1e9);
    write('b/__pycache__/c.pyc');
    expect(sha256(await packed(other))).toBe(sha256(first));
    write('a.py', 'other content');
    expect(sha256(await packed(other))).not.toBe(sha256(first));
    expect(sha256(await packed(original))).toBe(sha256(first));
  });

  const awkward = [
    ['a name of 255 bytes', `${'n'.repeat(252)}.py`],
    ['a path beyond 255 bytes', `${'folder-with-a-long-name/'.repeat(20)}dag.py`],
    ['a path of 100 bytes', `${'p'.repeat(92)}.py`],
    ['a path of 101 bytes', `${'p'.repeat(93)}.py`],
    ['a long name in UTF-8', `${'ü'.repeat(120)}.py`],
    ['beyond the basic plane', '🚀 \u{10ffff}.py'],
    ['decomposed', 'u\u0308.py'],
    ['a newline', 'a\nb.py'],
    ['control characters', '\u0001\u001b[31m\t.py'],
    ['a leading hyphen', '-rf.py'],
    ['an option of tar', '--checkpoint-action=exec=sh.py'],
    ['quotes and a backslash', `it's "\\n".py`],
    ['white space at both ends', ' .py '],
    ['an equals sign', 'path=x.py'],
    ['dots', '...py'],
  ] as const;
  test.each(awkward)('%s [T-22]', async (_, name) => {
    write(name);
    link('zz', name);
    expect(tree(join(extract(await packed(dags, { allowEmpty: true })), 'dags'))).toEqual(tree(dags));
  });

  test('any tree comes out of GNU tar as it went in [T-22]', async () => {
    const legal = (name: string): boolean =>
      Buffer.byteLength(name) <= 255 && !/[/\0]/.test(name) && !['', '.', '..', '.git', '__pycache__'].includes(name);
    const base = fc
      .oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 90 }), fc.string({ minLength: 1, maxLength: 200 }))
      .filter(legal);
    const path = fc.array(base, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const entry = fc.record({
      path,
      content: fc.uint8Array({ maxLength: 2000 }),
      target: fc.option(path, { freq: 3 }),
      executable: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (entries) => {
      dags = fs.mkdtempSync(join(place, 'in-'));
      for (const { path, content, target, executable } of entries) {
        try {
          if (target === null) write(path, Buffer.from(content), executable ? 0o755 : 0o644);
          else link(path, target);
        } catch (error) {
          // Two generated paths can claim one place, as file and as folder.
          if (
            !['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOENT', 'ELOOP', 'ENAMETOOLONG'].includes(
              (error as NodeJS.ErrnoException).code ?? '',
            )
          )
            throw error;
        }
      }
      const wanted = tree(dags);
      const out = extract(await packed(dags, { allowEmpty: true }));
      expect(Object.keys(wanted).length === 0 ? {} : tree(join(out, 'dags'))).toEqual(wanted);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

describe('what goes in', () => {
  test('.git and __pycache__ stay out at any depth, everything else travels', () => {
    for (const name of [
      'x.py',
      '.env',
      '.airflowignore',
      '.gitignore',
      '.git/config',
      'sub/.git',
      'sub/__pycache__/x.pyc',
      'sub/git.py',
    ])
      write(name);
    expect(names()).toEqual(['dags/.airflowignore', 'dags/.env', 'dags/.gitignore', 'dags/sub/git.py', 'dags/x.py']);
  });

  test('a pipe, a socket and a device are left out with a notice, without being opened [T-21]', async () => {
    write('x.py');
    execFileSync('mkfifo', [join(dags, 'pipe.py')]);
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(join(dags, 'socket'), resolve));
    // Making a device takes root.
    const device = spawnSync('mknod', [join(dags, 'device'), 'c', '1', '5']).status === 0;
    const bundle = collectBundle(dags, plain);
    expect(bundle.notices).toEqual(
      [...(device ? ['device'] : []), 'pipe.py', 'socket'].map(
        (name) => `dags/${name} was left out: it is neither a file nor a folder nor a link.`,
      ),
    );
    expect(tree(extract(await buffer(packBundle(bundle, new Date(0)))))).toEqual({
      'dags/x.py': sha256(Buffer.from('# x.py\n')),
    });
    await new Promise((resolve) => server.close(resolve));
  });

  test('a link is never followed [T-21]', async () => {
    fs.writeFileSync(join(place, 'canary'), 'CANARY');
    fs.mkdirSync(join(place, 'secrets'));
    fs.writeFileSync(join(place, 'secrets', 'key.py'), 'CANARY');
    write('x.py');
    link('file', '../canary');
    link('folder', '../secrets');
    link('environment', '/proc/self/environ');
    const archive = await packed();
    expect(gunzipSync(archive).includes('CANARY')).toBe(false);
    expect(tree(join(extract(archive), 'dags'))).toMatchObject({
      file: '-> ../canary',
      folder: '-> ../secrets',
      environment: '-> /proc/self/environ',
    });
  });

  test('the folder itself may be a link', () => {
    write('x.py');
    fs.symlinkSync(dags, join(place, 'alias'));
    const bundle = collectBundle(join(place, 'alias'), { ...plain, refuseOutsideLinks: true });
    expect(bundle).toMatchObject({ root: dags, bytes: 7, entries: [{ name: 'dags/x.py' }] });
  });
});

describe('links out of the folder, Airflow 3 [T-21]', () => {
  test.each<[string, boolean, () => string]>([
    ['a neighbour', true, () => 'x.py'],
    ['itself', true, () => 'link'],
    ['the folder', true, () => '.'],
    ['a file below', true, () => 'sub/deep/y.py'],
    ['up and down inside', true, () => 'sub/../x.py'],
    ['out and in again', true, () => '../dags/x.py'],
    ['an absolute path inside', true, () => join(dags, 'x.py')],
    ['missing, inside', true, () => 'no/such/file'],
    ['inside, though not as text', true, () => 'inner/../../x.py'],
    ['a file beside the folder', false, () => '../beside.py'],
    ['a folder of which the name only begins the same', false, () => '../dags-extra/x.py'],
    ['the same, absolute', false, () => `${dags}-extra/x.py`],
    ['the parent', false, () => '..'],
    ['an absolute path', false, () => '/etc/passwd'],
    ['missing, outside', false, () => '../no/such/file'],
    ['missing, absolute', false, () => '/no/such/file'],
    ['a name that begins with dots', true, () => '..x.py'],
    ['through a link in a folder that is left out', false, () => '.git/out/passwd'],
  ])('%s: accepted %j', (_, accepted, target) => {
    for (const name of ['x.py', '..x.py', 'sub/deep/y.py', '.git/config']) write(name);
    link('.git/out', '/etc');
    link('inner', 'sub/deep');
    fs.mkdirSync(`${dags}-extra`);
    link('link', target());
    expect(names()).toContain('dags/link');
    const strict = (): string[] => names({ refuseOutsideLinks: true });
    if (accepted) {
      expect(strict()).toContain('dags/link');
    } else {
      expect(strict).toThrow(UserError);
      expect(strict).toThrow(
        /^The link dags\/link points out of the folder, to .*; Airflow 3 Deployments refuse that\./,
      );
    }
  });
});

describe('what is refused', () => {
  test.each<[string, () => string, string]>([
    ['missing', () => join(dags, 'no'), 'There is no folder `.*/no`\\. Correct `dags-folder` or `root-folder`\\.'],
    ['a file', () => write('x.py'), '`.*/x\\.py` is not a folder\\. Correct `dags-folder` or `root-folder`\\.'],
    [
      'empty',
      () => dags,
      '.* holds no \\.py, \\.zip, \\.yaml or \\.yml file\\. An empty DAG folder would delete every DAG that runs\\. .*set `force: true`',
    ],
    ['without a DAG file', () => dirname(write('happy.txt')), '.* holds no \\.py'],
    ['with bytecode only', () => dirname(dirname(write('__pycache__/x.py'))), '.* holds no \\.py'],
  ])('a folder that is %s', (_, folder, message) => {
    const path = folder();
    expect(() => collectBundle(path, plain)).toThrow(UserError);
    expect(() => collectBundle(path, plain)).toThrow(new RegExp(`^${message}`));
  });

  test('an empty folder with force is an archive without entries', async () => {
    expect(tree(extract(await packed(dags, { allowEmpty: true })))).toEqual({});
  });

  test.each(['x.py', 'x.zip', 'x.yaml', 'sub/x.yml'])('%s is a DAG file', (name) => {
    write(name);
    expect(names()).toEqual([`dags/${name}`]);
  });

  test('a name that is not UTF-8', () => {
    write('x.py');
    fs.writeFileSync(Buffer.concat([Buffer.from(`${dags}/caf`), Buffer.from([0xe9]), Buffer.from('.py')]), '');
    expect(() => names()).toThrow(new UserError('a file name in dags/ is not UTF-8: caf\\xe9.py. Rename it.'));
  });

  test('a link target that is not UTF-8', () => {
    write('x.py');
    fs.symlinkSync(Buffer.from([0xff]), join(dags, 'l'));
    expect(() => names()).toThrow(new UserError('the target of the link dags/l is not UTF-8: \\xff. Rename it.'));
  });

  test('a sparse terabyte [T-22]', () => {
    fs.truncateSync(write('x.py'), 2 ** 40);
    expect(() => names()).toThrow(/holds more than 4900 MiB: too much for a deploy\. Take/);
  });

  test('more than 100,000 files [T-22]', () => {
    const originals = ['0.py', '1.py'].map((name) => write(name));
    for (let count = 1; count < 100_000; count++) {
      const folder = join(dags, String(count % 20));
      if (count <= 20) fs.mkdirSync(folder);
      // Hard links take a fifth of the time of files; one file has 65,000 at most.
      fs.linkSync(originals[count % 2] ?? '', join(folder, `${count}.py`));
    }
    expect(() => names()).toThrow(/holds more than 100000 files: too many for a deploy\. Take/);
    fs.rmSync(join(dags, '1.py'));
    expect(names()).toHaveLength(100_000);
  });
});

describe('a file that is not what it was [T-22]', () => {
  const random = (size: number): Buffer =>
    Buffer.concat(Array.from({ length: size / 32 }, (_, i) => createHash('sha256').update(String(i)).digest()));
  // So much that cannot be compressed that the reading of what follows waits for the reader of the archive.
  const large = random(4 * 1024 * 1024);

  test.each<[string, (path: string) => void]>([
    [
      'shrank',
      (path) => {
        fs.truncateSync(path, 10);
      },
    ],
    [
      'grew',
      (path) => {
        fs.appendFileSync(path, 'more');
      },
    ],
    [
      'was written anew with the same size',
      (path) => {
        fs.writeFileSync(path, Buffer.alloc(large.length));
      },
    ],
  ])('while it is being read it %s', async (_, change) => {
    const path = write('x.py', large);
    const archive = packBundle(collectBundle(dags, plain), new Date(0));
    await once(archive, 'readable');
    change(path);
    await expect(buffer(archive)).rejects.toMatchObject({
      name: 'UserError',
      message: 'dags/x.py was changed while it was being read. Let nothing write to the folder during the deploy.',
    });
  });

  const changed = 'was changed while it was being read. Let nothing write to the folder during the deploy.';
  test.each<[string, (path: string, old: string) => void, string]>([
    [
      'a link',
      (path) => {
        fs.symlinkSync('/etc/passwd', path);
      },
      'cannot be read (ELOOP).',
    ],
    [
      'a pipe',
      (path) => {
        execFileSync('mkfifo', [path]);
      },
      changed,
    ],
    [
      'a folder',
      (path) => {
        fs.mkdirSync(path);
      },
      changed,
    ],
    ['nothing', () => undefined, 'cannot be read (ENOENT).'],
    [
      'a file of the same size and time',
      (path, old) => {
        fs.writeFileSync(path, '# Y.py\n');
        fs.utimesSync(path, fs.statSync(old).atime, fs.statSync(old).mtimeMs / 1000);
      },
      changed,
    ],
  ])('before it is read %s takes its place', async (_, replace, message) => {
    write('x.py');
    const path = write('y.py');
    fs.utimesSync(path, 1e9, 1e9);
    const bundle = collectBundle(dags, plain);
    const old = join(place, 'old');
    fs.renameSync(path, old);
    replace(path, old);
    await expect(buffer(packBundle(bundle, new Date(0)))).rejects.toMatchObject({
      name: 'UserError',
      message: `dags/y.py ${message}`,
    });
  });

  test('a reader that goes away lets go of the files', async () => {
    write('x.py', large);
    const open = (): number =>
      fs.readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(dags);
        } catch {
          return false;
        }
      }).length;
    const archive = packBundle(collectBundle(dags, plain), new Date(0));
    await once(archive, 'readable');
    expect(open()).toBe(1);
    archive.destroy();
    await once(archive, 'close');
    for (let turn = 0; turn < 20 && open() > 0; turn++) await new Promise(setImmediate);
    expect(open()).toBe(0);
  });
});
