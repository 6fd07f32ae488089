// The pages of the site: what nbconvert's need, and the one that lists them.
/** @typedef {{ cell_type: string, source: string | string[] }} Cell */

/**
 * Links to notebooks lead to their pages; those to other files of the project, which the site has not, become text.
 * @param {string} html @param {string[]} names
 */
export function finishPage(html, names) {
  return html.replace(/<a href="([^"]*)"([^>]*)>([\s\S]*?)<\/a>/g, (whole, href, rest, text) => {
    const [, name, anchor = ""] = /^(?:\.\/)?([\w-]+)\.ipynb(#.*)?$/.exec(href) ?? [];
    if (name !== undefined && names.includes(name))
      return `<a href="${name}.html${anchor}"${rest}>${text}</a>`;
    return /^(#|https?:|mailto:|index\.html$)/.test(href) ? whole : text;
  });
}

/**
 * The name of a notebook and what it is about: its first heading and the first paragraph below.
 * @param {Cell[]} cells
 */
export function introduction(cells) {
  const markdown = cells
    .filter((cell) => cell.cell_type === "markdown")
    .map((cell) => [cell.source].flat().join(""));
  const [first = ""] = markdown;
  const [heading = "", paragraph = ""] = first.split(/\n\s*\n/);
  return { title: heading.replace(/^#+\s*/, "").trim(), about: plain(paragraph) };
}

/** Markdown as text. */
const plain = (/** @type {string} */ markdown) =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*`]/g, "")
    .replace(/\s+/g, " ")
    .trim();

/**
 * The page that lists the others.
 * @param {{ name: string, title: string, about: string }[]} pages
 */
export function indexPage(pages) {
  const items = pages.map(
    ({ name, title, about }) =>
      `<li><a href="${name}.html">${escaped(title || name)}</a><p>${escaped(about)}</p></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Neural networks from scratch</title>
<link rel="stylesheet" href="notebook.css">
<link rel="stylesheet" href="site.css">
</head>
<body class="jp-Notebook">
<main class="site-index">
<h1>Neural networks from scratch, in TypeScript notebooks</h1>
<p>These are the notebooks as they were run, to read and to play with: charts and the drawing pad work in the page.
To change a cell and run it again, get the project and start it with <code>npm start</code>.</p>
<ol class="site-list">
${items.join("\n")}
</ol>
</main>
</body>
</html>
`;
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
