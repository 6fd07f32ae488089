// In place of npm, for clones whose packages are links.
console.error("npm error No installation here: node_modules is that of the project under test.");
process.exitCode = 1;
