package start

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/model/image"
)

// TestStarting: what an image starts, through wrappers, shells and links.
func TestStarting(t *testing.T) {
	b := image.NewBuilder()
	for _, p := range []string{
		"app/dist/server.js", "app/dist/index.js", "app/package.json", "app/bin/shop", "app/shop.jar", "app/Shop.dll", "usr/local/bin/tool", "usr/local/bin/docker-entrypoint.sh", "app/run", "opt/x/real",
	} {
		b.Add(image.Entry{Path: p, Size: 1, Mode: 0o755})
	}
	b.Add(image.Entry{Path: "usr/bin/linked", Type: image.Symlink, Link: "../../opt/x/real"})
	l := Layer{Tree: b.Tree(), Marks: []mark.Mark{
		{Kind: mark.NPMScript, Path: "/app/package.json", Name: "start", Detail: "NODE_ENV=production node dist/server"},
		{Kind: mark.ShellScript, Path: "/app/run"},
	}}
	for _, tt := range []struct {
		entrypoint, cmd string // words
		env             string
		file            string
		known           bool
	}{
		{"", "node dist/server.js", "", "/app/dist/server.js", true},
		{"", "node --enable-source-maps -r dotenv/config dist/server", "", "/app/dist/server.js", true},
		{"", "node dist", "", "/app/dist/index.js", true},
		{"", "node -e 1", "", "", false},
		{"", "node nothing.js", "", "", false},
		{"tini -g -- docker-entrypoint.sh", "node dist/server.js", "", "/app/dist/server.js", true},
		{"docker-entrypoint.sh", "", "", "/usr/local/bin/docker-entrypoint.sh", false},
		{"", "npm start", "", "/app/dist/server.js", true},
		{"", "yarn run start", "", "/app/dist/server.js", true},
		{"", "npm run other", "", "", false},
		{"gosu app", "/app/bin/shop --port 80", "", "/app/bin/shop", true},
		{"env A=1 nice -n 10", "bin/shop", "", "/app/bin/shop", true},
		{"", "tool", "", "/usr/local/bin/tool", true},
		{"", "shop", "PATH=/app/bin:/bin", "/app/bin/shop", true},
		{"", "linked", "", "/opt/x/real", true},
		{"", "./run", "", "/app/run", false},
		{"java -Xmx1g -jar", "shop.jar --x", "", "/app/shop.jar", true},
		{"dotnet", "Shop.dll", "", "/app/Shop.dll", true},
		{"", "python3.12 -m shop", "", "", false},
		{"", "nginx -g daemon", "", "", false},
		{"", "nothing", "", "", false},
		{"", "", "", "", false},
		{"sh -c|exec node dist/server.js", "", "", "/app/dist/server.js", true},
		{"sh -c|cd /x && node dist/server.js", "", "", "/app/dist/server.js", false},
		{"sh -c|exec ${HOME_DIR}/bin/shop", "", "HOME_DIR=/app", "/app/bin/shop", true},
		{"sh -c|cat x | node dist/server.js", "", "", "", false},
		{"sh -c|cat ${HOME_DIR} | node dist/server.js", "", "HOME_DIR=/app", "", false},
		{"sh -c|exec \"$@\"", "", "", "", false},
	} {
		c := image.Config{WorkingDir: "/app", Entrypoint: words(tt.entrypoint), Cmd: words(tt.cmd)}
		if tt.env != "" {
			c.Env = []string{tt.env}
		}
		if s := New(c, []Layer{l}).Command(); s.File != tt.file || s.Known != tt.known {
			t.Errorf("%s %s starts %q (known: %v), want %q (%v)", tt.entrypoint, tt.cmd, s.File, s.Known, tt.file, tt.known)
		}
	}
}

// words are a command's; one that has blanks in it stands last, behind a bar.
func words(s string) []string {
	plain, last, ok := strings.Cut(s, "|")
	if out := strings.Fields(plain); !ok {
		return out
	}
	return append(strings.Fields(plain), last)
}
