// `npm run keyturn -- VERB` from a checkout: npm moves to the folder of package.json, and a person means the
// one they typed it in.
process.chdir(process.env.INIT_CWD ?? '.');
await import('../src/main-cli.ts');
