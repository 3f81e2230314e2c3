package leak_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/saving"
)

// mode is a file of some mode, a directory when its path ends with a slash.
func mode(p string, m uint32) entry {
	if d, ok := strings.CutSuffix(p, "/"); ok {
		return entry{path: d, typ: image.Directory, mode: m}
	}
	return entry{path: p, content: "x", mode: m}
}

// built is an image of two layers: a base image's, and one that line 4 made. Its
// Dockerfile is of one stage.
func built(instruction string, more ...string) (*image.Image, *model.Graph) {
	texts := append([]string{"FROM debian:12", instruction}, more...)
	g := &model.Graph{Stages: []model.Stage{stage(0, "runtime", 3, texts...)}}
	im := &image.Image{
		Layers: []image.Layer{{Origin: image.Origin{Stage: -1, Step: -1, Base: true}}, {Index: 1, Origin: image.Origin{Stage: 0, Step: 1, Line: 4}}},
	}
	return im, g
}

func TestRunsAsRoot(t *testing.T) {
	passwd := text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nnode:x:1000:1000::/home/node:/bin/bash\n")
	for _, tt := range []struct {
		name, user string
		more       []string // instructions from line 5 on
		files      []entry
		line       int
		severity   finding.Severity
		fix        string // "" for no finding
	}{
		{"no USER", "", []string{`CMD ["server"]`}, nil, 5, finding.Low, "line 5: before it, write USER 65532:65532"},
		{"an account is there", "", []string{"EXPOSE 80", `ENTRYPOINT ["x"]`, `CMD ["server"]`}, []entry{passwd}, 6, finding.Low, "line 6: before it, write USER node"},
		{"back to root", "root", []string{"USER node", "USER root", `CMD ["server"]`}, []entry{passwd}, 6, finding.Low, "line 6: write USER node in place of this USER"},
		{"number", "0:0", []string{"USER 0:0", `CMD ["server"]`}, nil, 5, finding.Low, "line 5: write USER 65532:65532 in place of this USER"},
		{"gosu", "", []string{`CMD ["server"]`}, []entry{exec("/usr/local/bin/gosu", "\x7fELF")}, 5, finding.Info, "line 5"},
		{"user", "node", []string{"USER node", `CMD ["server"]`}, []entry{passwd}, 0, 0, ""},
		{"user by number", "1000", []string{`CMD ["server"]`}, nil, 0, 0, ""},
		{"starts nothing", "", nil, nil, 0, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			im, g := built("COPY server /", tt.more...)
			im.Config.User = tt.user
			if len(tt.more) > 0 {
				im.Config.Cmd = []string{"server"}
			}
			found := find(t, im, g, tt.files, []entry{text("/server.txt", "x")})
			if tt.fix == "" {
				if len(found) > 0 {
					t.Errorf("found %s", summary(found))
				}
				return
			}
			f := one(t, found, "SD-H001")
			if f.Line != tt.line || f.Severity != tt.severity || !strings.HasPrefix(f.Fix, tt.fix) {
				t.Errorf("line %d, %v, fix %q", f.Line, f.Severity, f.Fix)
			}
		})
	}
	base := &image.Image{Config: image.Config{Cmd: []string{"bash"}}}
	if f := one(t, find(t, base, nil, []entry{passwd}), "SD-H001"); f.Severity != finding.Info {
		t.Errorf("a base: %v", f.Severity)
	}
}

func TestPermissions(t *testing.T) {
	for _, tt := range []struct {
		name     string
		base     []entry
		own      []entry
		later    []entry
		rule     string // "" for no finding
		path     string
		severity finding.Severity
		fix      string
	}{
		{"setuid of one's own", nil, []entry{mode("/app/helper", 0o4755)}, nil, "SD-H002", "/app/helper", finding.Medium, "line 4: end this RUN with && chmod u-s,g-s /app/helper"},
		{"setuid of a package", nil, []entry{mode("/usr/bin/sudo", 0o4755)}, nil, "SD-H002", "/usr/bin/sudo", finding.Low, "line 4"},
		{"setgid", nil, []entry{mode("/usr/bin/ssh-agent", 0o2755)}, nil, "SD-H002", "/usr/bin/ssh-agent", finding.Low, "line 4"},
		{"setuid as the base has it", []entry{mode("/usr/bin/passwd", 0o4755)}, []entry{mode("/usr/bin/passwd", 0o4755)}, nil, "", "", 0, ""},
		{"setuid of the base", []entry{mode("/usr/bin/su", 0o4755)}, nil, nil, "", "", 0, ""},
		{"setgid without execute", nil, []entry{mode("/var/mail/x", 0o2664)}, nil, "", "", 0, ""},
		{"setgid directory", nil, []entry{mode("/var/local/", 0o2775)}, nil, "", "", 0, ""},
		{"setuid that goes again", nil, []entry{mode("/app/helper", 0o4755)}, []entry{gone("/app/helper")}, "", "", 0, ""},
		{"open directory", nil, []entry{mode("/app/data/", 0o777), mode("/app/data/x", 0o666)}, nil, "SD-H003", "/app/data", finding.Low, "line 4: end this RUN with && chmod -R o-w /app/data"},
		{"open file", nil, []entry{mode("/etc/app.conf", 0o666)}, nil, "SD-H003", "/etc/app.conf", finding.Medium, "line 4"},
		{"open directory on the PATH", nil, []entry{mode("/opt/bin/", 0o777)}, nil, "SD-H003", "/opt/bin", finding.Medium, "line 4"},
		{"sticky", nil, []entry{mode("/app/tmp/", 0o1777), mode("/tmp/x", 0o666), mode("/var/tmp/y/", 0o777)}, nil, "", "", 0, ""},
		{"a link", nil, []entry{symlink("/app/link", "/etc")}, nil, "", "", 0, ""},
		{"open in the base", []entry{mode("/app/data/", 0o777)}, []entry{mode("/app/data/", 0o777)}, nil, "", "", 0, ""},
		{"closed again", nil, []entry{mode("/app/data/", 0o777)}, []entry{mode("/app/data/", 0o755)}, "", "", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			im, g := built("RUN make install")
			im.Config.Env = []string{"PATH=/opt/bin:/usr/bin"}
			layers := [][]entry{tt.base, tt.own}
			if tt.later != nil {
				im.Layers = append(im.Layers, image.Layer{Index: 2, Origin: image.Origin{Stage: 0, Step: 1, Line: 4}})
				layers = append(layers, tt.later)
			}
			found := find(t, im, g, layers...)
			if tt.rule == "" {
				if len(found) > 0 {
					t.Errorf("found %s", summary(found))
				}
				return
			}
			f := one(t, found, tt.rule)
			if f.Path != tt.path || f.Severity != tt.severity || !strings.HasPrefix(f.Fix, tt.fix) || f.Line != 4 || len(found) != 1 {
				t.Errorf("%s, fix %q; all %s", f.Path, f.Fix, summary(found))
			}
		})
	}
}

func TestDebugInformation(t *testing.T) {
	im, g := built("COPY --from=build /server /server")
	g.Stages = append(g.Stages, stage(1, "build", 10, "FROM golang:1.26", "RUN go build -o /server ."))
	s := leak.New(leak.Options{Graph: g})
	var notes [][]byte
	files := [][]entry{{exec("/usr/bin/gdb", "\x7fELF")}, {blob("/server", 3<<20), blob("/app/node_modules/x/x.node", 9<<20), blob("/small", 99)}}
	for i, list := range files {
		sink := s.Begin()
		im.Layers[i].Tree = stream(t, sink, list)
		notes = append(notes, sink.Notes())
	}
	im.Packages = []inventory.Package{{Kind: inventory.Golang, Name: "example.org/server", Path: "/server", Layer: 1}}
	found := s.Judge(im, notes, [][]saving.Proof{
		{{Path: "/usr/bin/gdb", Kind: saving.Debug, Debug: 5 << 20}},
		{{Path: "/server", Kind: saving.Debug, Debug: 1 << 20}, {Path: "/app/node_modules/x/x.node", Kind: saving.Debug, Debug: 8 << 20}, {Path: "/small", Kind: saving.Debug, Symbols: 9 << 20}},
	})
	f := one(t, found, "SD-H005")
	if f.Path != "/server" || f.Size != 1<<20 || f.Severity != finding.Low || f.Fix != `line 11: RUN go build -ldflags="-s -w" -o /server .` {
		t.Errorf("%+v", f)
	}
}

func TestFloatingBases(t *testing.T) {
	for ref, want := range map[string]string{
		"node": "write FROM node:22.1.0", "node:latest": "write FROM node:22.1.0", "alpine": "name the version, FROM alpine:TAG",
		"registry.example.net:5000/team/base": "name the version, FROM registry.example.net:5000/team/base:TAG",
		"node:22":                             "", "alpine@sha256:0123": "", "scratch": "", "$BASE": "", "h:5000/a:1": "",
	} {
		im, g := built("RUN x")
		im.Config.Env = []string{"NODE_VERSION=22.1.0"}
		g.Externals = []model.External{{Kind: model.ExternalImage, Ref: ref}}
		g.Edges = []model.Edge{{From: 1, To: 0, Kind: model.EdgeBase, Line: 3}}
		found := find(t, im, g, nil, nil)
		if want == "" {
			if len(found) > 0 {
				t.Errorf("%s: %s", ref, summary(found))
			}
			continue
		}
		if f := one(t, found, "SD-H004"); f.Line != 3 || !strings.HasPrefix(f.Fix, "line 3: "+want) {
			t.Errorf("%s: line %d, fix %q", ref, f.Line, f.Fix)
		}
	}
}

func TestUncheckedDownloads(t *testing.T) {
	for add, fix := range map[string]string{
		"ADD https://example.net/a.tar.gz /opt/":                                    "line 4: ADD --checksum=sha256:… https://example.net/a.tar.gz /opt/",
		"ADD https://github.com/a/b.git /src":                                       "line 4: name the commit, https://github.com/a/b.git#COMMIT",
		"ADD https://github.com/a/b.git#v1 /src":                                    "line 4: name the commit",
		"ADD https://github.com/a/b.git#0123456789012345678901234567890123456789 /": "",
		"ADD --checksum=sha256:ab https://example.net/a.tar.gz /opt/":               "",
		"ADD a.tar.gz /opt/":                                                        "", "COPY https /x": "",
	} {
		im, g := built(add)
		found := find(t, im, g, nil, nil)
		if fix == "" {
			if len(found) > 0 {
				t.Errorf("%s: %s", add, summary(found))
			}
			continue
		}
		if f := one(t, found, "SD-H006"); f.Line != 4 || !strings.HasPrefix(f.Fix, fix) {
			t.Errorf("%s: line %d, fix %q", add, f.Line, f.Fix)
		}
	}
}

func TestAccountsWithoutAPassword(t *testing.T) {
	im, g := built("RUN passwd -d app")
	found := find(t, im, g, nil, []entry{text("/etc/shadow", "root:*:1:0:99999:7:::\napp::1:0:99999:7:::\n")})
	f := one(t, found, "SD-H007")
	if f.Severity != finding.High || f.Path != "/etc/shadow" || f.Evidence[0] != "line 2 has no password for app" {
		t.Errorf("%+v", f)
	}
	if found := find(t, im, g, nil, []entry{text("/etc/passwd", "root:x:0:0::/root:/bin/sh\nsync::4:65534::/bin:/usr/sbin/nologin\n")}); len(found) > 0 {
		t.Error(summary(found))
	}
}

// What the configuration and the history say in clear, and what only looks like it.
func TestSecretsInInstructions(t *testing.T) {
	for text, want := range map[string]string{
		"RUN /bin/sh -c curl -u me:" + canary + " https://h/x":                             "a login behind a flag",
		"RUN /bin/sh -c docker login -u me --password " + canary + " r":                    "a password or a token behind a flag",
		"RUN /bin/sh -c curl -H \"Authorization: Bearer " + canary + "\" h":                "an authorization header",
		"RUN /bin/sh -c printf 'machine h login me password " + canary + "\\n' > ~/.netrc": "a netrc password",
		"LABEL com.example.token=" + canary:                                                "com.example.token",
		`CMD ["serve" "--token=` + canary + `"]`:                                           "token",
		"HEALTHCHECK CMD curl http://me:" + canary + "@localhost/":                         "a URL with a password",
		"RUN <<EOF (cat > .env...)\ncat > .env <<X\nAPI_KEY=" + canary + "\nX\nEOF":        "API_KEY",
		"RUN |1 NPM_TOKEN=" + canary + " /bin/sh -c npm ci":                                "NPM_TOKEN",
		"ENV FOO_PASSWORD_FILE=/run/secrets/x AUTHOR=somebody-else KEYBOARD=qwertz-de":     "",
		"RUN /bin/sh -c curl -u \"$USER:$PASSWORD\" https://h/x":                           "",
		"RUN --mount=type=secret,id=t TOKEN=$(cat /run/secrets/t) make":                    "",
		"ARG GITHUB_TOKEN":                                            "",
		"RUN /bin/sh -c useradd -u 1000:1000 me":                      "",
		"LABEL org.opencontainers.image.authors=x":                    "",
		"RUN /bin/sh -c curl -fsSL https://h/key.asc | gpg --dearmor": "",
	} {
		im := &image.Image{History: []image.History{{CreatedBy: text, Layer: -1, Empty: true, Origin: image.Unknown}}}
		found := find(t, im, nil)
		noCanary(t, found)
		if want == "" {
			if len(found) > 0 {
				t.Errorf("%s: %s", text, summary(found))
			}
			continue
		}
		if f := one(t, found, "SD-K005"); !strings.Contains(strings.Join(f.Evidence, " "), want) {
			t.Errorf("%s: %q", text, f.Evidence)
		}
		if strings.Contains(redact.Text(text), canary) {
			t.Errorf("Text leaves it: %s", redact.Text(text))
		}
	}
}
