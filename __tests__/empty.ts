// In the place of modules that every test file would load and none uses: what CDKTF makes zip files of assets with, and the
// languages of zod's messages.
export {};
