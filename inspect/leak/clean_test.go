package leak_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

const osRelease = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"

// dpkgStatus makes a status file from names and their sections.
func dpkgStatus(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("Package: " + n + "\nStatus: install ok installed\nInstalled-Size: 100\nVersion: 1.0-1\nDescription: it\n of two lines\n\n")
	}
	return b.String()
}

func apkInstalled(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("C:Q1abc=\nP:" + n + "\nV:1.0-r0\nA:x86_64\nS:1\nI:4096\n\n")
	}
	return b.String()
}

// What every image of these kinds has is no leak.
func TestCleanImagesStayQuiet(t *testing.T) {
	debian := []entry{
		text("/etc/os-release", osRelease),
		text("/var/lib/dpkg/status", dpkgStatus("apt", "bash", "dpkg", "gcc-12-base", "libgcc-s1", "libstdc++6", "libc6", "libc-bin", "perl-base", "coreutils", "debianutils", "make-guile-doc")),
		exec("/usr/bin/apt", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 64)),
		exec("/usr/bin/bash", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 64)),
		text("/var/lib/apt/lists/lock", ""),
		text("/usr/share/doc/adduser/examples/key.pem", testKey(t, false)),
		text("/usr/share/perl5/Debconf/x.c", "int main;"),
		text("/etc/ssl/certs/ca.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
	}
	images := map[string][][]entry{
		"distroless": {{
			text("/var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\nInstalled-Size: 340\n"),
			text("/var/lib/dpkg/status.d/base.md5sums", "x  y\n"),
			text("/etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\n"),
		}, {exec("/app/server", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 64))}},
		"alpine": {{
			text("/lib/apk/db/installed", apkInstalled("alpine-baselayout", "busybox", "musl", "musl-utils", "libgcc", "libstdc++", "apk-tools", "scanelf", "ssl_client")),
			exec("/bin/busybox", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 64)),
			symlink("/usr/bin/make", "/bin/busybox"), hardlink("/usr/bin/gcc", "/bin/busybox"),
		}},
		"debian-slim": {debian},
		"node": {debian, {
			text("/usr/local/lib/node_modules/npm/package.json", `{"name":"npm","version":"10.0.0"}`),
			text("/usr/local/lib/node_modules/npm/node_modules/node-gyp/package.json", `{"name":"node-gyp","version":"10.0.0"}`),
			text("/usr/local/include/node/v8.h", "#pragma once"),
			exec("/usr/local/bin/node", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 64)),
		}, {
			text("/app/package.json", `{"name":"app","devDependencies":{"typescript":"5"}}`),
			text("/app/server.js", "const token = process.env.TOKEN\n"),
			text("/app/node_modules/express/index.d.ts", "export = e;"),
			text("/app/node_modules/left-pad/index.ts", "export = e;"),
			text("/app/types/api.d.ts", "export {}"),
			text("/app/.env.example", "API_KEY=abcdef123456\n"),
			text("/app/.npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"),
		}},
		"python": {debian, {
			text("/usr/local/lib/python3.12/test/certdata/keycert.pem", testKey(t, false)),
			text("/usr/local/include/python3.12/Python.h", "#pragma once"),
			text("/app/main.py", "import os\nSECRET_KEY = os.environ['SECRET_KEY']\n"),
			text("/app/venv/lib/python3.12/site-packages/numpy/core/x.c", "int x;"),
			text("/usr/local/lib/python3.12/site-packages/pip/__init__.py", ""),
		}},
		"look-alikes": {{
			exec("/usr/local/bin/gcc", "#!/bin/sh\necho COLLECT_GCC\n"),
			exec("/usr/local/bin/make", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 4096)),
			text("/app/VERSION", "go1.2.3-beta\n"),
			text("/app/docs/key.md", "put it as\n-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n"),
			text("/app/lang/de.ts", "<?xml version=\"1.0\"?>\n<!DOCTYPE TS>\n<TS/>"),
			text("/app/video.ts", "G\x40\x00\x10\x00\x00"),
			text("/app/.git", "gitdir: ../x\n"),
			text("/app/HEAD", "ref: refs/heads/main\n"),
			text("/app/config.yml", "token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nkey: AKIAIOSFODNN7EXAMPLE\n"),
			blob("/root/.cache/pip/x", 100),
			text("/home/me/.netrc", "machine x login me\n"),
			text("/root/.docker/config.json", `{"auths":{"r.example":{}},"credsStore":"pass"}`),
			text("/etc/ssl/certs/java/cacerts.jks", javaStore(2)), text("/app/trust.p12", "\x30\x82\x0a\x00"+strings.Repeat("\x01", 90)),
			text("/etc/ssh/ssh_host_ed25519_key.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKhostkey root@x\n"),
			text("/etc/shadow", "root:*:19000:0:99999:7:::\nbin:!:1::::::\n"), text("/usr/lib/python3/dist-packages/x/test/k.pem", testKey(t, false)),
			text("/usr/share/doc/openvpn/examples/sample-keys/server.key", testKey(t, false)),
			text("/app/pub.key", "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n"),
		}},
	}
	for name, layers := range images {
		t.Run(name, func(t *testing.T) {
			im := &image.Image{Config: image.Config{Env: []string{
				"PATH=/usr/local/bin:/usr/bin", "GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305", "NODE_VERSION=22.1.0",
				"PYTHON_SHA256=abc", "TOKENIZERS_PARALLELISM=false", "DB_PASSWORD_FILE=/run/secrets/db", "SSH_AUTH_SOCK=/tmp/s", "MAX_TOKENS=1000",
			}}, History: []image.History{
				{CreatedBy: "RUN |1 VERSION=1.2 /bin/sh -c apt-get install -y curl # buildkit", Layer: 0},
				{CreatedBy: "ENV APP_TOKEN_FILE=/run/secrets/token", Empty: true, Layer: -1},
			}}
			if got := finding.Count(find(t, im, nil, layers...)); got.AtLeast(finding.Medium) > 0 {
				t.Errorf("%v: %s", got, summary(find(t, im, nil, layers...)))
			}
		})
	}
}
