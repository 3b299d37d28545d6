import { hostOf, parseRemote, repositoryName, sameRepository, type Repository } from '../../src/core/repository.ts';
import { describe, expect, test } from '@jest/globals';

const github = (account: string, repo: string): Repository => ({ provider: 'GITHUB', account, repo });
const generic = (remoteUrl: string): Repository => ({ provider: 'GENERIC', remoteUrl });

test.each<[string, Repository]>([
  ['https://github.com/Acme/etl.git', github('Acme', 'etl')],
  ['https://github.com/Acme/etl/', github('Acme', 'etl')],
  ['https://x-access-token:t0ken@GitHub.com/Acme/etl', github('Acme', 'etl')],
  ['git@github.com:Acme/etl.git', github('Acme', 'etl')],
  ['ssh://git@github.com/Acme/etl.git', github('Acme', 'etl')],
  ['https://github.com/Acme', generic('https://github.com/Acme')],
  ['https://github.com.evil.example/Acme/etl', generic('https://github.com.evil.example/Acme/etl')],
  ['https://user:pa@ss@ghes.example/Acme/etl.git', generic('https://ghes.example/Acme/etl.git')],
  ['https://user:pa/ss@ghes.example/Acme/etl.git', generic('https://ghes.example/Acme/etl.git')],
  ['https://user:p?a/s#s@x/y@ghes.example/Acme/etl.git', generic('https://ghes.example/Acme/etl.git')],
  ['https://to/ken@github.com/Acme/etl.git', github('Acme', 'etl')],
  ['https://ghes.example/Acme/etl.git?token=t0ken#x', generic('https://ghes.example/Acme/etl.git')],
  ['git@ghes.example:Acme/etl.git', generic('ghes.example:Acme/etl.git')],
  ['/srv/git/etl.git', generic('/srv/git/etl.git')],
  ['C:\\git\\etl', generic('C:\\git\\etl')],
])('the remote %s', (url, expected) => {
  expect(parseRemote(url)).toEqual(expected);
});

describe('one repository or two', () => {
  test.each<[Repository, Repository, boolean]>([
    [github('Acme', 'ETL'), github('acme', 'etl'), true],
    [github('acme', 'etl'), github('acme', 'etl2'), false],
    [github('acme', 'etl'), generic('git@github.com:acme/ETL.git'), true],
    [generic('https://u:p@ghes.example/a/b.git'), generic('git@GHES.example:a/b'), true],
    [generic('https://ghes.example/a/b'), generic('https://ghes.example/a/B'), false],
    [generic('https://ghes.example/a/b'), generic('https://other.example/a/b'), false],
    [generic('https://ghes.example/a/b'), github('a', 'b'), false],
    [generic('/srv/git/a'), generic('/srv/git/a'), true],
    [generic('/srv/git/a'), generic('/srv/git/b'), false],
  ])('%j and %j: %s', (a, b, same) => {
    expect(sameRepository(a, b)).toBe(same);
    expect(sameRepository(b, a)).toBe(same);
  });
});

test('names for sentences', () => {
  expect(repositoryName(github('Acme', 'etl'))).toBe('Acme/etl');
  expect(repositoryName(generic('https://ghes.example/a/b'))).toBe('https://ghes.example/a/b');
});

test.each([
  ['https://github.com/acme/etl', 'github.com'],
  ['https://git.acme.example:8443/etl.git', 'git.acme.example'],
  ['git@git.acme.example:etl', 'git.acme.example'],
  ['http://127.0.0.1:1234/etl', '127.0.0.1'],
  ['file:///srv/etl', undefined],
  ['/srv/etl', undefined],
])('host of %s', (url, host) => {
  expect(hostOf(parseRemote(url))).toBe(host);
});
