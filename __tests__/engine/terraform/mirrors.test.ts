import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cliConfiguration,
  folderWith,
  fullSource,
  mirrorFolders,
  requiredProviders,
  terraformPlatform,
  userCliConfiguration,
} from "../../../engine/terraform/mirrors";

const AWS = { source: "registry.terraform.io/hashicorp/aws", version: "5.100.0" };
const ARCHIVE = { source: "registry.terraform.io/hashicorp/archive", version: "2.7.1" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrors-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function unpacked(mirror: string, platform = "linux_amd64"): string {
  mkdirSync(join(folder, mirror, AWS.source, AWS.version, platform), { recursive: true });
  return join(folder, mirror);
}

function packed(mirror: string, platform = "linux_amd64"): string {
  const home = join(folder, mirror, ARCHIVE.source);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, `terraform-provider-archive_2.7.1_${platform}.zip`), "");
  return join(folder, mirror);
}

test("sources are completed as Terraform does", () => {
  expect(["aws", "kreuzwerker/docker", "example.com/a/b"].map(fullSource)).toEqual([
    "registry.terraform.io/hashicorp/aws",
    "registry.terraform.io/kreuzwerker/docker",
    "example.com/a/b",
  ]);
});

test("each provider that some stack needs is named once", () => {
  const aws = { terraform: { required_providers: { aws: { source: "aws", version: "5.100.0" } } } };
  const both = {
    terraform: {
      required_providers: { ...aws.terraform.required_providers, archive: { source: "archive", version: "2.7.1" } },
    },
  };
  expect(requiredProviders([aws, both, {}])).toEqual([ARCHIVE, AWS]);
});

test("mirrors are looked for in TF_PROVIDER_MIRROR first, then Terraform's own folders, then /opt", () => {
  const [first, second, opt] = [unpacked("first"), unpacked("second"), unpacked("opt/plugins")];
  const own = join(folder, "home/.terraform.d/plugins");
  mkdirSync(own, { recursive: true });
  const env = {
    TF_PROVIDER_MIRROR: `${first}:${second}:${folder}/none`,
    HOME: join(folder, "home"),
    XDG_DATA_DIRS: folder,
  };
  expect(mirrorFolders(env, join(folder, "opt"))).toEqual([first, second, own, opt]);
});

test("a provider is found packed and unpacked, for this platform and version only", () => {
  const folders = [packed("zips"), unpacked("folders")];
  expect(folderWith(AWS, folders, "linux_amd64")).toBe(folders[1]);
  expect(folderWith(ARCHIVE, folders, "linux_amd64")).toBe(folders[0]);
  expect(folderWith(AWS, folders, "darwin_arm64")).toBeUndefined();
  expect(folderWith({ ...AWS, version: "6.0.0" }, folders, "linux_amd64")).toBeUndefined();
});

test("a range of versions is left to Terraform", () => {
  expect(folderWith({ ...AWS, version: "~> 5.0" }, [unpacked("folders")], "linux_amd64")).toBe(join(folder, "folders"));
});

test("platforms have Terraform's names", () => {
  expect(terraformPlatform("linux", "x64")).toBe("linux_amd64");
  expect(terraformPlatform("darwin", "arm64")).toBe("darwin_arm64");
});

test("a TF_CLI_CONFIG_FILE that does not exist is as good as none", () => {
  expect(userCliConfiguration({ TF_CLI_CONFIG_FILE: join(folder, "gone"), HOME: folder })).toBeUndefined();
});

test("without the user's own rules, mirrored providers come from their mirrors and all others from the registry", () => {
  const mirrors = new Map([
    [AWS.source, "/a"],
    [ARCHIVE.source, "/b"],
  ]);
  const { text, usersOwn } = cliConfiguration(mirrors, 'credentials "app.terraform.io" {}');
  expect(usersOwn).toBe(false);
  expect(text).toBe(`credentials "app.terraform.io" {}

provider_installation {
  filesystem_mirror {
    path    = "/a"
    include = ["${AWS.source}"]
  }
  filesystem_mirror {
    path    = "/b"
    include = ["${ARCHIVE.source}"]
  }
  direct {
    exclude = ["${AWS.source}", "${ARCHIVE.source}"]
  }
}
`);
});

test("the user's own rules about providers are left as they are", () => {
  const own = 'provider_installation {\n  network_mirror { url = "https://example.com/" }\n}\n';
  expect(cliConfiguration(new Map([[AWS.source, "/a"]]), own)).toEqual({ text: own, usersOwn: true });
});
