// Says in one line what is wrong when Node is too old, instead of letting an import fail with a riddle.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Node ${process.version} is too old: keyturn needs 22.19. Run \`npm ci\`, which brings Node 24 for the` +
      ' scripts of this repository on Linux (not with --omit=optional); elsewhere install Node 24 yourself.',
  );
  process.exit(1);
}
