import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { secretSearch } from "../../../proof/rehearse/secret-search";

const value = 'p<a&s"s\\w/ö+rd~';
const search = secretSearch([{ name: "password", value }]);
const json = JSON.stringify({ value });
const zip = (text: string) => Buffer.from(zipSync({ tfstate: Buffer.from(text) }));

test.each([
  ["as it is", `x${value}y`],
  ["in JSON", json],
  ["in JSON within JSON", JSON.stringify({ json })],
  ["in JSON as Terraform writes it", json.replace("<", "\\u003c").replace("&", "\\u0026")],
  ["in a URL", `https://user:${encodeURIComponent(value)}@host`],
  ["in a form", new URLSearchParams({ value }).toString()],
  ["in hexadecimal digits", Buffer.from(value).toString("hex")],
  ["in base64", Buffer.from(value).toString("base64")],
  ["in base64 after a user's name", Buffer.from(`AWS:${value}!`).toString("base64")],
  ["in base64 after a longer user's name", Buffer.from(`admin:${value}!`).toString("base64")],
  ["in base64 of JSON", Buffer.from(`{ ${json}`).toString("base64")],
  ["in base64 for URLs", Buffer.from(`AB:${value}`).toString("base64url")],
])("a planted secret is found %s", (_, text) => {
  expect(search(Buffer.from(text))).toEqual(["password"]);
});

test("it is found in a saved plan, compressed, and in a zip within a zip", () => {
  expect(search(zip(json))).toEqual(["password"]);
  expect(search(gzipSync(json))).toEqual(["password"]);
  expect(search(Buffer.from(zipSync({ plan: zip(json) })))).toEqual(["password"]);
});

test("nothing else is", () => {
  for (const text of ["", "p<a&s", "{}", Buffer.from(`AWS:${value.slice(0, -1)}`).toString("base64")]) {
    expect(search(Buffer.from(text))).toEqual([]);
  }
  expect(search(zip("nothing"))).toEqual([]);
  expect(search(Buffer.from("PK\x03\x04, but no archive"))).toEqual([]);
});

test("fails when a secret is so short that it would be found by chance", () => {
  expect(() => secretSearch([{ name: "pin", value: "1234" }])).toThrow("pin is too short to be searched for");
});
