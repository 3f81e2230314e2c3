package structure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model/image"
)

// texts are files' contents by the layer's path. It is Files.
type texts map[string]string

func (f texts) ReadAll(ctx context.Context, files []content.At, limit int64, got func(int, []byte, int64, error)) error {
	for i, at := range files {
		text, ok := f[fmt.Sprintf("%d%s", at.Layer, at.Path)]
		if !ok {
			got(i, nil, 0, errors.New("it is damaged"))
			continue
		}
		got(i, []byte(text)[:min(int64(len(text)), limit)], int64(len(text)), nil)
	}
	return ctx.Err()
}

// layer is a layer's tree.
func layer(entries ...image.Entry) image.Layer {
	b := image.NewBuilder()
	for _, e := range entries {
		b.Add(e)
	}
	return image.Layer{Tree: b.Tree()}
}

func plainFile(path string, mode uint32) image.Entry {
	return image.Entry{Path: path, Mode: mode, Size: 1}
}

func linkTo(path, to string) image.Entry {
	return image.Entry{Path: path, Type: image.Symlink, Mode: 0o777, Link: to}
}

// subject is an image of two layers.
func subject() Subject {
	odd := plainFile("opt/odd", 0o4750)
	odd.UID, odd.GID = 1000, 7
	return Subject{
		Image: &image.Image{Layers: []image.Layer{
			layer(
				image.Entry{Path: "tmp", Type: image.Directory, Mode: 0o1777}, plainFile("etc/os-release", 0o644), plainFile("usr/bin/node", 0o755), plainFile("usr/bin/gcc", 0o755),
				linkTo("bin", "usr/bin"), linkTo("etc/release", "/etc/os-release"), linkTo("etc/loop", "loop"), odd,
				plainFile("usr/share/doc/bash/copyright", 0o644), plainFile("usr/share/doc/bad/copyright", 0o644), plainFile("usr/share/doc/libgnutls30/copyright", 0o644),
				image.Entry{Path: "usr/share/doc/none", Type: image.Directory, Mode: 0o755}, linkTo("usr/share/doc/twin", "bash"),
			),
			layer(image.Entry{Path: "usr/bin/gcc", Type: image.Whiteout}, plainFile("etc/motd", 0o600)),
		}},
		Files: texts{
			"0/etc/os-release": "ID=debian\nNAME=Debian\n", "1/etc/motd": "API_TOKEN=abcdef0123456789abcdef\x1b[2Jend",
			"0/usr/share/doc/bash/copyright": "GPL", "0/usr/share/doc/bad/copyright": "the agpl", "0/usr/share/doc/libgnutls30/copyright": "AGPL",
		},
		Config: image.Config{
			User: "node", WorkingDir: "/app", Env: []string{"PATH=/usr/bin", "NODE=22", "DB_PASSWORD=hunter2-hunter2", "EMPTY="},
			Cmd: []string{"node", "server.js"}, ExposedPorts: []string{"53/udp", "8080/tcp"}, Volumes: []string{"/data"},
			Labels: map[string]string{"vendor": "ACME", "empty": ""},
		},
	}
}

// outcomes runs a suite that is written without its first line, and says what came of
// its tests: a line each, and one for each detail.
func outcomes(t *testing.T, on Subject, opt Options, suite string) string {
	t.Helper()
	s, err := Parse("s.yaml", []byte("schemaVersion: 2.0.0\n"+suite))
	if err != nil {
		t.Fatal(err)
	}
	if opt.Redact == nil {
		opt.Redact = redact.Text
	}
	all, err := Run(t.Context(), s, on, opt)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, o := range all {
		word := map[bool]string{true: "ok", false: "failed"}[o.Passed]
		if o.Refused {
			word = "refused"
		}
		fmt.Fprintf(&out, "%s %s\n", word, o.Title())
		for _, d := range o.Detail {
			fmt.Fprintf(&out, "  %s\n", d)
		}
	}
	return out.String()
}

func expect(t *testing.T, got string, want ...string) {
	t.Helper()
	if w := strings.Join(want, "\n") + "\n"; got != w {
		t.Errorf("got\n%swant\n%s", got, w)
	}
}

func TestExistence(t *testing.T) {
	expect(t, outcomes(t, subject(), Options{}, `
globalEnvVars: [{key: WHERE, value: /usr}]
fileExistenceTests:
- {name: root, path: /, permissions: drwxr-xr-x, uid: 0, gid: 0}
- {name: through a link, path: /bin/node, isExecutableBy: other}
- {name: by a variable, path: $WHERE/bin/node}
- {name: link itself, path: /etc/release, permissions: Lrwxrwxrwx}
- {name: link followed, path: /bin/, permissions: drwxr-xr-x}
- {name: sticky, path: /tmp, permissions: dtrwxrwxrwx}
- {name: setuid, path: /opt/odd, permissions: urwxr-x---, uid: 1000, gid: 7, isExecutableBy: group}
- {name: implied, path: /usr/share, permissions: drwxr-xr-x}
- {name: engine's, path: /etc/hosts, uid: 0}
- {name: not engine's, path: /.dockerenv, shouldExist: false}
- {name: deleted, path: /usr/bin/gcc, shouldExist: false}
- {name: missing, path: /usr/bin/gcc}
- {name: present, path: /bin/node, shouldExist: false}
- {name: all wrong, path: /opt/odd, permissions: '-rwxr-xr-x', uid: 0, gid: 0, isExecutableBy: other}
- {name: not executable, path: /etc/motd, isExecutableBy: any}
- {name: below a file, path: /etc/motd/x}
- {name: loop, path: /etc/loop/x}
`),
		"ok File Existence Test: root", "ok File Existence Test: through a link", "ok File Existence Test: by a variable",
		"ok File Existence Test: link itself", "ok File Existence Test: link followed", "ok File Existence Test: sticky",
		"ok File Existence Test: setuid", "ok File Existence Test: implied", "ok File Existence Test: engine's",
		"ok File Existence Test: not engine's", "ok File Existence Test: deleted",
		"failed File Existence Test: missing", "  expected /usr/bin/gcc to exist; the image has no such file",
		"failed File Existence Test: present", "  expected /bin/node not to exist; the image has it (-rwxr-xr-x, owner 0:0)",
		"failed File Existence Test: all wrong", "  expected the permissions -rwxr-xr-x, got urwxr-x---", "  expected it to be executable by other, got urwxr-x---",
		"  expected the owner 0, got 1000", "  expected the group 0, got 7",
		"failed File Existence Test: not executable", "  expected it to be executable by any, got -rw-------",
		"failed File Existence Test: below a file", "  expected /etc/motd/x to exist; the image has no such file",
		"failed File Existence Test: loop", "  expected /etc/loop/x to exist; the image has no such file",
	)
}

// While a layer could not be read, what was not found is not known to be missing.
func TestUnreadLayers(t *testing.T) {
	on := subject()
	on.Image.Layers[1].Unread = true
	expect(t, outcomes(t, on, Options{}, `
fileExistenceTests:
- {name: there, path: /bin/node}
- {name: gone, path: /x, shouldExist: false}
- {name: missing, path: /x}
fileContentTests:
- {name: inside, path: /x, excludedContents: [a]}
`),
		"failed File Content Test: inside", "  /x was not found, but layer 2 could not be read",
		"ok File Existence Test: there",
		"failed File Existence Test: gone", "  expected /x not to exist; that is not known, since layer 2 could not be read",
		"failed File Existence Test: missing", "  expected /x to exist; it was not found, but layer 2 could not be read",
	)
}

func TestContents(t *testing.T) {
	expect(t, outcomes(t, subject(), Options{}, `
fileContentTests:
- {name: file, path: /etc/os-release, expectedContents: ['^ID=deb', '(?m)^NAME=Debian$'], excludedContents: [ubuntu, '^NAME']}
- {name: link, path: /etc/release, expectedContents: ['debian']}
- {name: engine's, path: /etc/hosts, excludedContents: ['evil']}
- {name: wrong, path: /etc/os-release, expectedContents: [ubuntu], excludedContents: [Deb]}
- {name: secret, path: /etc/motd, expectedContents: [nothing], excludedContents: [end]}
- {name: missing, path: /etc/nothing, expectedContents: [a]}
- {name: directory, path: /etc, expectedContents: [a]}
- {name: damaged, path: /usr/bin/node, expectedContents: [a]}
`),
		"ok File Content Test: file", "ok File Content Test: link", "ok File Content Test: engine's",
		"failed File Content Test: wrong", `  expected /etc/os-release to match "ubuntu"; it begins with "ID=debian⏎ NAME=Debian"`,
		`  expected /etc/os-release not to match "Deb"; it has "NAME=Debian"`,
		"failed File Content Test: secret", `  expected /etc/motd to match "nothing"; it begins with "API_TOKEN=‹redacted›"`,
		`  expected /etc/motd not to match "end"; it has "API_TOKEN=‹redacted›"`,
		"failed File Content Test: missing", "  the image has no file /etc/nothing",
		"failed File Content Test: directory", "  /etc can't be read: it is a directory",
		"failed File Content Test: damaged", "  /usr/bin/node can't be read: it is damaged",
	)
}

func TestLicenses(t *testing.T) {
	expect(t, outcomes(t, subject(), Options{}, "licenseTests:\n- {debian: true, files: [/etc/os-release]}\n- {files: [/nothing]}\n"),
		"failed License Test", "  expected no license AGPL; /usr/share/doc/bad/copyright names it", "  the image has no file /usr/share/doc/none/copyright",
		"failed License Test", "  the image has no file /nothing",
	)
}

func TestMetadata(t *testing.T) {
	expect(t, outcomes(t, subject(), Options{}, `
metadataTest:
  envVars: [{key: NODE, value: '22'}, {key: PATH, value: '^/usr', isRegex: true}, {key: EMPTY, value: ''}]
  unboundEnvVars: [{key: SECRET}]
  labels: [{key: vendor, value: 'A.+E', isRegex: true}, {key: empty, value: ''}]
  entrypoint: []
  cmd: [node, server.js]
  exposedPorts: ['8080', 53/udp]
  unexposedPorts: ['80', 53/tcp]
  volumes: [/data]
  unmountedVolumes: [/root]
  workdir: /app
  user: node
`), "ok Metadata Test")
	expect(t, outcomes(t, subject(), Options{}, `
metadataTest:
  envVars: [{key: NODE, value: '2'}, {key: NONE, value: a}, {key: DB_PASSWORD, value: x}, {key: PATH, value: '^/opt', isRegex: true}]
  unboundEnvVars: [{key: DB_PASSWORD}]
  labels: [{key: vendor, value: acme}]
  entrypoint: [/init]
  cmd: []
  exposedPorts: ['80']
  unexposedPorts: ['53']
  volumes: [/x]
  unmountedVolumes: [/data]
  workdir: /
  user: root
`),
		"failed Metadata Test",
		`  expected the variable NODE to be "2", got "22"`,
		"  expected the variable NONE to be set; the image has none of that name",
		`  expected the variable DB_PASSWORD to be "x", got "‹redacted›"`,
		`  expected the variable PATH to match "^/opt", got "/usr/bin"`,
		`  expected the variable DB_PASSWORD not to be set, got "‹redacted›"`,
		`  expected the label vendor to be "acme", got "ACME"`,
		`  expected the entrypoint ["/init"], got []`,
		`  expected the cmd [], got ["node" "server.js"]`,
		`  expected the workdir "/", got "/app"`,
		`  expected the user "root", got "node"`,
		"  expected the port 80 to be exposed, got 53/udp, 8080/tcp",
		"  expected the port 53 not to be exposed, got 53/udp, 8080/tcp",
		"  expected the volume /x, got /data",
		"  expected no volume /data, got /data",
	)
}

// says answers commands by their last word. It is a Runner.
type says struct {
	answers map[string]Result
	asked   []Execution
}

func (s *says) Run(_ context.Context, x Execution) (Result, error) {
	s.asked = append(s.asked, x)
	r, ok := s.answers[x.Args[len(x.Args)-1]]
	if !ok {
		return Result{}, errors.New("it did not end within 1.0s and was ended")
	}
	return r, nil
}

func TestCommands(t *testing.T) {
	on := subject()
	r := &says{answers: map[string]Result{
		"ok": {Stdout: []byte("v22.1\n"), Stderr: []byte("warning\n")}, "tsc": {Code: 127, Note: "tsc: there is no such program in the image's PATH"},
		"loud": {Stdout: []byte("one\ntwo hunter2-hunter2\n\x1b]0;x\a"), Stderr: []byte("why it failed\n"), Code: 1},
		"long": {Stdout: []byte(strings.Repeat("long ", 100_000)), Cut: true}, "x/": {Code: 2},
	}}
	on.Runner = r
	expect(t, outcomes(t, on, Options{}, `
commandTests:
- {name: good, command: node, args: [ok], expectedOutput: ['^v\d'], excludedOutput: [x], expectedError: [warn], excludedError: [fail]}
- {name: absent, command: tsc, exitCode: 127}
- {name: bad, command: sh, args: [loud], expectedOutput: [three], excludedOutput: ['t.o']}
- {name: silent, command: sh, args: [loud]}
- {name: not there, command: tsc}
- {name: cut, command: sh, args: [long], excludedOutput: [x]}
- {name: for nothing, command: sh, args: ['x$i/'], exitCode: 0}
- {name: hangs, command: sh, args: [hangs]}
`),
		"ok Command Test: good", "ok Command Test: absent",
		"failed Command Test: bad", "  expected the exit code 0, got 1",
		`  expected standard output to match "three", got "one⏎ two ‹redacted›⏎ ␛]0;x␇"`,
		`  expected standard output not to match "t.o", got "two ‹redacted›"`,
		`  standard error was "why it failed"`,
		"failed Command Test: silent", "  expected the exit code 0, got 1", `  standard error was "why it failed"`,
		`  standard output was "one⏎ two ‹redacted›⏎ ␛]0;x␇"`,
		"failed Command Test: not there", "  expected the exit code 0, got 127: tsc: there is no such program in the image's PATH",
		"failed Command Test: cut", "  expected standard output not to match; nothing was found in its first 500.0 kB, more is not looked at",
		"failed Command Test: for nothing", "  expected the exit code 0, got 2",
		"  before the command ran, $i in it was replaced by nothing, as the image sets no such variable",
		"failed Command Test: hangs", "  it did not end within 1.0s and was ended",
	)
	x := r.asked[0]
	if x.Dir != "/app" || x.User != "node" || x.TTY || !slices.Equal(x.Env, on.Config.Env) {
		t.Errorf("a command runs with %+v", x)
	}
}

// Variables come from the image, the suite, the test and the run options, the last one
// counts; a setup runs with the test's, too.
func TestEnvironment(t *testing.T) {
	on := subject()
	r := &says{answers: map[string]Result{"done": {}}}
	on.Runner = r
	got := outcomes(t, on, Options{
		Lookup: func(name string) (string, bool) { return map[string]string{"FOO": "from-outside"}[name], name == "FOO" },
		ReadFile: func(string) ([]byte, error) {
			return []byte("# a\nBAR=keepitsafe!\n\nexport Q=\"a \\\"b\\\"\" # x\nS='a b'\nNONE=\nC=d # e\n"), nil
		},
	}, `
globalEnvVars:
- {key: PATH, value: '/opt:$PATH'}
- {key: NODE, value: '${NODE}!'}
commandTests:
- name: a
  setup: [[prepare]]
  envVars: [{key: OWN, value: '$NODE-$PATH'}, {key: RAW, value: 'pa$$word'}]
  command: sh
  args: ['$PATH', '$OWN', '${RAW}', $FOO, done]
containerRunOptions: {user: '7:8', allocateTty: true, envFile: f, envVars: [FOO, UNSET]}
`)
	expect(t, got, "ok Command Test: a")
	x := r.asked[0]
	if want := []string{"sh", "/opt:/usr/bin", "22!-/opt:/usr/bin", "pa$$word", "", "done"}; !slices.Equal(x.Args, want) {
		t.Errorf("args %q, want %q", x.Args, want)
	}
	env := valuesOf(x.Env)
	for name, want := range map[string]string{
		"PATH": "/opt:/usr/bin", "NODE": "22!", "OWN": "22!-/opt:/usr/bin", "RAW": "pa$$word", "EMPTY": "",
		"FOO": "from-outside", "BAR": "keepitsafe!", "Q": `a "b"`, "S": "a b", "C": "d",
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	if _, there := env["NONE"]; there || env["UNSET"] != "" {
		t.Errorf("empty ones are there: %q", x.Env)
	}
	if setup := valuesOf(x.SetupEnv); setup["OWN"] != "22!-/opt:/usr/bin" || setup["FOO"] != "" {
		t.Errorf("setup runs with %q", x.SetupEnv)
	}
	if x.User != "7:8" || !x.TTY || len(x.Setup) != 1 {
		t.Errorf("it runs as %+v", x)
	}
}

// What can't be had is told of every test that asks for it, and those have not passed;
// the others run.
func TestRefused(t *testing.T) {
	on := subject()
	on.Runner = &says{answers: map[string]Result{"a": {}}}
	const tests = "commandTests: [{name: c, command: a}]\nfileExistenceTests: [{name: e, path: /tmp}]\n"
	for options, want := range map[string]string{
		"privileged: true": "containerRunOptions.privileged is not supported",
		"capabilities: [NET_BIND_SERVICE, CAP_SYS_TIME]": "containerRunOptions.capabilities: CAP_SYS_TIME can't be given",
		"bindMounts: ['/a:/b']":                          "containerRunOptions.bindMounts is not supported: /a:/b",
		"envFile: f":                                     "containerRunOptions.envFile can't be read: nobody home",
	} {
		got := outcomes(t, on, Options{ReadFile: func(string) ([]byte, error) { return nil, errors.New("nobody home") }}, tests+"containerRunOptions: {"+options+"}\n")
		if !strings.HasPrefix(got, "refused Command Test: c\n  "+want) || !strings.HasSuffix(got, "ok File Existence Test: e\n") {
			t.Errorf("%s: got\n%s", options, got)
		}
	}
	expect(t, outcomes(t, on, Options{}, tests+"containerRunOptions: {capabilities: [NET_BIND_SERVICE, cap_chown]}\n"),
		"ok Command Test: c", "ok File Existence Test: e")
	on.Runner = nil
	expect(t, outcomes(t, on, Options{}, tests),
		"refused Command Test: c", "  commands need an engine to run in, and there is none", "ok File Existence Test: e")
}

// What was passed in from the environment is a secret, whatever it is called.
func TestSecretsFromOutside(t *testing.T) {
	on := subject()
	on.Runner = &says{answers: map[string]Result{"a": {Stdout: []byte("COLOUR=keepitsecret!\n")}}}
	got := outcomes(t, on, Options{Lookup: func(string) (string, bool) { return "keepitsecret!", true }},
		"commandTests: [{name: c, command: a, expectedOutput: [x]}]\ncontainerRunOptions: {envVars: [COLOUR]}\n")
	expect(t, got, "failed Command Test: c", `  expected standard output to match "x", got "COLOUR=‹redacted›"`)
}

// The first schema leaves paths as they are.
func TestFirstSchema(t *testing.T) {
	s, err := Parse("s.yaml", []byte("schemaVersion: 1.0.0\nfileExistenceTests: [{name: a, path: /$NODE}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	on := subject()
	on.Image.Layers = append(on.Image.Layers, layer(plainFile("$NODE", 0o644)))
	if got, err := Run(t.Context(), s, on, Options{}); err != nil || !got[0].Passed {
		t.Errorf("%+v, %v", got, err)
	}
}

// A run that is given up says so, and has no outcome for what it did not finish.
func TestGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Parse("s.yaml", []byte("schemaVersion: 2.0.0\nfileExistenceTests: [{name: a, path: /tmp}, {name: b, path: /tmp}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Run(ctx, s, subject(), Options{Tell: func(Outcome) { cancel() }})
	if !errors.Is(err, context.Canceled) || len(got) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// How long a test took is told.
func TestDuration(t *testing.T) {
	now := time.Unix(0, 0)
	s, _ := Parse("s.yaml", []byte("schemaVersion: 2.0.0\nfileExistenceTests: [{name: a, path: /tmp}]\n"))
	got, err := Run(t.Context(), s, subject(), Options{now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil || got[0].Duration != time.Second || got[0].Line != 2 || got[0].Suite != "s.yaml" {
		t.Errorf("%+v, %v", got, err)
	}
}
