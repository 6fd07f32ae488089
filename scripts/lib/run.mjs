// Every command starts here. This file and the commands that import it keep to syntax that Node 14 can
// read, so that an old Node prints advice instead of a syntax error.
const REQUIRED = [20, 19];

/**
 * Checks Node, loads a command and calls its main(arguments); a Problem is printed as a paragraph.
 * @param {() => Promise<{ main: (args: string[]) => Promise<number> }>} load
 */
export function run(load) {
  const version = process.versions.node.split(".").map(Number);
  if (version[0] < REQUIRED[0] || (version[0] === REQUIRED[0] && version[1] < REQUIRED[1])) {
    console.error(
      `\nThis is Node.js ${process.versions.node}, and the project needs ${REQUIRED.join(".")} or newer.\n` +
        "Install a current version (the one marked LTS) from nodejs.org or with your version manager\n" +
        "(`nvm install --lts`, `fnm install --lts`), open a new terminal, and run the command again.",
    );
    process.exitCode = 1;
    return;
  }
  load()
    .then((command) => command.main(process.argv.slice(2)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error) => {
        console.error(error.name === "Problem" ? `\n${error.message}` : explain(error));
        process.exitCode = 1;
      },
    );
}

/** @param {NodeJS.ErrnoException} error */
function explain(error) {
  if (["EACCES", "EPERM", "EROFS"].indexOf(error.code || "") !== -1) {
    return `\nThis cannot be written: ${error.path}\nMake sure that the project's folder belongs to you, then run the command again.`;
  }
  if (error.code === "ENOSPC") return "\nThe disk is full. Free some space, then run the command again.";
  return error;
}
