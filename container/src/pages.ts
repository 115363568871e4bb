import type { Client } from "./client";
import type { Item } from "./database/database";
import { STYLESHEET } from "./static-assets";

/**
 * @param has what the task uses
 * @param client whose certificate came with the request
 */
export function homePage(
  has: { database: boolean; fileSystem: boolean; bucket: boolean },
  client: Client | undefined,
): string {
  const parts = [
    ...(has.bucket ? ["Its style sheet and logo are objects of an S3 bucket."] : []),
    ...(has.database ? ['<a href="/items">The items</a> are rows of a database.'] : []),
    ...(has.fileSystem ? ["The tasks share a file system."] : []),
  ];
  const greeting = client
    ? `<p>Your certificate${client.verified ? "" : ", which no one has verified,"} is that of <code>${html(client.subject)}</code>.</p>`
    : "";
  return page(
    "Sample application",
    `${greeting}<p>This page came from a container on Amazon ECS. ${parts.join(" ")}</p>
     <p>Is everything within reach? <a href="/ready">/ready</a> tries it.</p>`,
  );
}

/** @param items undefined: no data was loaded yet */
export function itemsPage(items: readonly Item[] | undefined): string {
  if (items === undefined) return page("Items", "<p>No data was loaded yet.</p>");
  const rows = items.map(
    ({ name, description, quantity }) =>
      `<tr><td>${html(name)}</td><td>${html(description)}</td><td class="number">${quantity}</td></tr>`,
  );
  return page(
    "Items",
    `<table>
       <thead><tr><th>Name</th><th>Description</th><th class="number">Quantity</th></tr></thead>
       <tbody>${rows.join("\n")}</tbody>
     </table>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" href="/static/logo.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/static/${STYLESHEET}">
  </head>
  <body>
    <header><a href="/"><img src="/static/logo.svg" alt="Home" width="40" height="40"></a><h1>${title}</h1></header>
    <main>${body}</main>
  </body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
