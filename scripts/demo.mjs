// Runs `keyturn demo` on a bare checkout: installs what it needs first, and starts it with the Node that
// the install brings. Plain JavaScript without dependencies, because the Node that runs this may be an old
// one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');

if (!existsSync(join(modules, 'commander'))) {
  console.log(
    'Nothing is installed yet: running npm ci first. It also brings Node 24, for this folder only.',
  );
  run('npm', ['ci', '--no-audit', '--no-fund'], { shell: process.platform === 'win32' });
}
run(chooseNode(), [join(root, 'src', 'main-cli.ts'), 'demo', ...process.argv.slice(2)]);

// Node 22.19 is the first that runs this code as it is.
function chooseNode() {
  const brought = join(modules, '.bin', 'node');
  if (existsSync(brought)) return brought;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  console.error(
    `Node ${process.version} is too old: keyturn needs 22.19. Install Node 24, or run npm ci on Linux.`,
  );
  process.exit(1);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
