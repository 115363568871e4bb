import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findToken, tokenVariable } from "../../../operations/hcp/token";

let home: string;
const write = (text: string) => {
  mkdirSync(join(home, ".terraform.d"));
  writeFileSync(join(home, ".terraform.d/credentials.tfrc.json"), text);
};
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "home-"));
});
afterEach(() => rmSync(home, { recursive: true }));

describe("the API token", () => {
  test("comes from the variable of the host, as Terraform spells it", () => {
    expect(tokenVariable("app.terraform.io")).toBe("TF_TOKEN_app_terraform_io");
    expect(tokenVariable("tfe.my-company.example")).toBe("TF_TOKEN_tfe_my__company_example");
    expect(findToken("app.terraform.io", { HOME: home, TF_TOKEN_app_terraform_io: " abc\n" })).toBe("abc");
  });

  test("comes from what terraform login wrote, for that host alone", () => {
    write(JSON.stringify({ credentials: { "app.terraform.io": { token: "from-file" } } }));
    expect(findToken("app.terraform.io", { HOME: home })).toBe("from-file");
    expect(() => findToken("tfe.example.com", { HOME: home })).toThrow(/no API token for tfe\.example\.com/);
  });

  test("fails when there is none, with both ways to give one", () => {
    expect(() => findToken("app.terraform.io", { HOME: home })).toThrow(
      /terraform login app\.terraform\.io.*TF_TOKEN_app_terraform_io/,
    );
  });

  test("fails when the file is broken, without repeating its text", () => {
    write('{"credentials": s3cret');
    expect(() => findToken("app.terraform.io", { HOME: home })).toThrow(/^(?!.*s3cret).*no valid JSON/);
  });
});
