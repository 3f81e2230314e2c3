package structure

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// full has everything that a suite can have.
const full = `schemaVersion: "2.0.0"
globalEnvVars:
  - key: VIRTUAL_ENV
    value: /env
commandTests:
  - name: version
    setup: [["sh", "-c", "true"], ["id"]]
    teardown: [["rm", "-r", "/x"]]
    envVars: [{key: A, value: b}]
    command: node
    args:
      - -v
      - |
        two
        lines
    expectedOutput: ['^v\d+']
    excludedOutput: [x]
    expectedError: [e]
    excludedError: [f]
    exitCode: 4
fileExistenceTests:
  - name: there
    path: /bin
  - name: gone
    path: /usr/bin/gcc
    shouldExist: no
    permissions: '-rwxr-xr-x'
    uid: 0
    gid: 7
    isExecutableBy: owner
fileContentTests:
  - name: os
    path: /etc/os-release
    expectedContents: ['ID=']
    excludedContents: []
metadataTest:
  env: [{key: OLD, value: form}]
  envVars: [{key: LANG, value: 'C\..*', isRegex: true}, {key: EMPTY, value: ''}]
  unboundEnvVars: [{key: SECRET}]
  labels: [{key: l, value: v}]
  entrypoint: []
  cmd: [/bin/bash]
  exposedPorts: [8080, "53/udp"]
  unexposedPorts: ["80"]
  volumes: [/data]
  unmountedVolumes: [/root]
  workdir: /app
  user: luke
licenseTests:
  - debian: true
    files: [/a]
containerRunOptions:
  user: root
  privileged: true
  allocateTty: true
  envFile: .env
  envVars: [FOO]
  capabilities: [NET_BIND_SERVICE]
  bindMounts: [/a:/b]
`

func TestParse(t *testing.T) {
	s, err := Parse("full.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	texts := func(p []Pattern) (out []string) {
		for _, x := range p {
			out = append(out, x.String())
		}
		return out
	}
	c := s.Commands[0]
	for _, x := range []struct{ got, want any }{
		{s.Len(), 6},
		{s.Env, []Var{{Key: "VIRTUAL_ENV", Value: "/env"}}},
		{c.Name, "version"},
		{c.Line, 6},
		{c.Setup, [][]string{{"sh", "-c", "true"}, {"id"}}},
		{c.Teardown, [][]string{{"rm", "-r", "/x"}}},
		{c.Env, []Var{{Key: "A", Value: "b"}}},
		{c.Args, []string{"node", "-v", "two\nlines\n"}},
		{texts(c.Output), []string{`^v\d+`}},
		{texts(c.NoOutput), []string{"x"}},
		{texts(c.Errors), []string{"e"}},
		{texts(c.NoErrors), []string{"f"}},
		{c.ExitCode, 4},
		{s.Existence[0], ExistenceTest{Name: "there", Line: 22, Path: "/bin", ShouldExist: true, UID: -1, GID: -1}},
		{s.Existence[1], ExistenceTest{Name: "gone", Line: 24, Path: "/usr/bin/gcc", Permissions: "-rwxr-xr-x", GID: 7, ExecutableBy: "owner"}},
		{texts(s.Contents[0].Expected), []string{"ID="}},
		{s.Metadata.Env[0], Var{Key: "OLD", Value: "form"}},
		{s.Metadata.Env[1].Match.String(), `C\..*`},
		{s.Metadata.Env[2], Var{Key: "EMPTY"}},
		{s.Metadata.Unbound, []Var{{Key: "SECRET"}}},
		{*s.Metadata.Entrypoint, []string{}},
		{*s.Metadata.Cmd, []string{"/bin/bash"}},
		{s.Metadata.Exposed, []string{"8080", "53/udp"}},
		{s.Metadata.Closed, []string{"80"}},
		{s.Metadata.Volumes, []string{"/data"}},
		{s.Metadata.Without, []string{"/root"}},
		{s.Metadata.WorkingDir + " " + s.Metadata.User, "/app luke"},
		{s.Licenses[0].Debian, true},
		{s.Licenses[0].Files, []string{"/a"}},
		{s.Options, RunOptions{
			Line: 53, User: "root", TTY: true, EnvFile: ".env", Env: []string{"FOO"}, Privileged: true,
			Capabilities: []string{"NET_BIND_SERVICE"}, BindMounts: []string{"/a:/b"},
		}},
	} {
		if !reflect.DeepEqual(x.got, x.want) {
			t.Errorf("got %#v, want %#v", x.got, x.want)
		}
	}
}

// Older suites, suites with anchors, and JSON, in which names fold case and defaults
// are other ones.
func TestParseForms(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"schema 1", "s.yml", "schemaVersion: 1.0.0\ncommandTests:\n- name: a\n  command: ['ls', '-l']\n", "a ls -l"},
		{"nothing behind a key", "s.yaml", "schemaVersion: 2.0.0\ncommandTests:\n- name: a\n  command: ls\n  setup:\nlicenseTests:\n", "a ls"},
		{"anchors", "s.yaml", "schemaVersion: 2.0.0\ncommandTests:\n- &a\n  name: a\n  command: ls\n  args: &args [-l]\n- <<: *a\n  name: b\n- {name: c, command: cat, args: *args}\n", "a ls -l, b ls -l, c cat -l"},
		{"comments and documents", "s.yaml", "# a\n---\nschemaVersion: 2.0.0 # x\ncommandTests: [{name: a, command: ls}]\n---\nother: document\n", "a ls"},
		{"JSON", "s.json", "{\n\t\"SchemaVersion\": \"2.0.0\", \"unknown\": [1],\n\t\"commandTests\": [{\"name\": \"a\\/\\ud83d\\ude00\", \"Command\": \"ls\", \"exitCode\": 0, \"setup\": null}]}", "a/😀 ls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Parse(c.file, []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range s.Commands {
				got = append(got, c.Name+" "+strings.Join(c.Args, " "))
			}
			if g := strings.Join(got, ", "); g != c.want {
				t.Errorf("got %q, want %q", g, c.want)
			}
		})
	}
	s, err := Parse("s.json", []byte(`{"schemaVersion": "2.0.0", "fileExistenceTests": [{"name": "a", "path": "/a"}]}`))
	if err != nil || s.Existence[0] != (ExistenceTest{Name: "a", Line: 1, Path: "/a", UID: -1, GID: -1}) {
		t.Errorf("existence in JSON: %+v, %v", s, err)
	}
}

// What is wrong with a suite is told with its line, and with what to write.
func TestParseErrors(t *testing.T) {
	const head = "schemaVersion: 2.0.0\n"
	for _, c := range []struct{ name, text, want string }{
		{"s.yaml", "", "s.yaml: it is empty; write schemaVersion: 2.0.0 and tests below it"},
		{"s.yaml", "- a\n", "s.yaml:1: it is no suite; write schemaVersion: 2.0.0 and tests below it"},
		{"s.yaml", "commandTests: []\n", "s.yaml:1: it has no schemaVersion; write schemaVersion: 2.0.0 as its first line"},
		{"s.yaml", "schemaVersion: 3.0.0\n", `s.yaml:1: schemaVersion "3.0.0" is not known; write 2.0.0`},
		{"s.yaml", head, "s.yaml:1: it has no tests; write commandTests, fileExistenceTests, fileContentTests or metadataTest"},
		{"s.yaml", head + "a: [\n", "s.yaml:"},
		{"s.yaml", head + "commandTest: []\n", `s.yaml:2: a suite has no field "commandTest"; write commandTests`},
		{"s.yaml", head + "commandTests:\n- name: a\n  command: b\n  expectedOutputs: [x]\n", `s.yaml:5: a command test has no field "expectedOutputs"; write expectedOutput`},
		{"s.yaml", head + "commandTests:\n- name: a\n  command: b\n  colour: x\n", `s.yaml:5: a command test has no field "colour"; it can have args, command, `},
		{"s.yaml", head + "commandTests: ls\n", "s.yaml:2: commandTests must be a list"},
		{"s.yaml", head + "commandTests:\n- command: ls\n", "s.yaml:3: every one of commandTests needs a name"},
		{"s.yaml", head + "commandTests:\n- name: a\n", `s.yaml:3: the test "a" has no command; write command:`},
		{"s.yaml", head + "commandTests:\n- name: a\n  command: [ls, -l]\n", "s.yaml:4: command is the program alone"},
		{"s.yaml", head + "commandTests:\n- name: a\n  command: ls\n  setup: [ls]\n", "s.yaml:5: every command of setup must be a list of its own"},
		{"s.yaml", head + "commandTests:\n- name: a\n  command: ls\n  exitCode: one\n", `s.yaml:5: exitCode must be a number, not "one"`},
		{"s.yaml", head + "commandTests:\n- name: a\n  command: ls\n  expectedOutput: ['a(']\n", `s.yaml:5: "a(" is no regular expression (missing closing ): `},
		{"s.yaml", head + "commandTests:\n- name: a\n  name: b\n", "s.yaml:4: a command test has name twice"},
		{"s.yaml", head + "commandTests:\n- name: a\n  command: ls\n  envVars: [{key: A}]\n", "s.yaml:5: envVars has no value for A"},
		{"s.yaml", head + "fileExistenceTests:\n- name: a\n", `s.yaml:3: the test "a" has no path`},
		{"s.yaml", head + "fileExistenceTests:\n- {name: a, path: b, shouldExist: perhaps}\n", `s.yaml:3: shouldExist must be true or false, not "perhaps"`},
		{"s.yaml", head + "fileExistenceTests:\n- {name: a, path: b, isExecutableBy: all}\n", `s.yaml:3: isExecutableBy "all" is not known; write owner, group, other or any`},
		{"s.yaml", head + "metadataTest: {volumes: ['']}\n", "s.yaml:2: item 1 of volumes is empty"},
		{"s.yaml", head + "metadataTest: {labels: [{value: a}]}\n", "s.yaml:2: an item of labels has no key"},
		{"s.yaml", "schemaVersion: 1.0.0\nmetadataTest: {user: a}\n", "s.yaml:2: metadataTest came with schemaVersion 2.0.0"},
		{"\x1b[2Js.yaml", head + "commandTests: ls\n", "␛[2Js.yaml:2: "},
		{"s.json", "{\n\"schemaVersion\": \"2.0.0\",\n\"commandTests\": [{\"name\": \"a\"}]}", `s.json:3: the test "a" has no command`},
		{"s.json", "{\n\"a\": \n", "s.json:2: it ends too early"},
		{"s.json", `{"schemaVersion": "2.0.0"} {}`, "s.json:1: there is something behind the end"},
	} {
		_, err := Parse(c.name, []byte(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%q: more than a line: %q", c.text, err)
		}
	}
}

// A document that would be huge with its aliases followed is refused, quickly.
func TestParseBomb(t *testing.T) {
	items := strings.Repeat("x, ", 1000)
	text := "schemaVersion: 2.0.0\ncommandTests:\n- name: a\n  command: b\n  args: &a [" + items + "]\n  setup: [" + strings.Repeat("*a, ", 1000) + "]\n"
	if _, err := Parse("s.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "more items than any suite's") {
		t.Errorf("got %v", err)
	}
	merges := "schemaVersion: 2.0.0\ncommandTests:\n- &a0 {name: a, command: b}\n"
	for i := range 30 {
		merges += fmt.Sprintf("- &a%d {<<: [*a%d, *a%d]}\n", i+1, i, i)
	}
	if _, err := Parse("s.yaml", []byte(merges)); err == nil || !strings.Contains(err.Error(), "take over more than any suite's") {
		t.Errorf("got %v", err)
	}
	if _, err := Parse("s.json", []byte(strings.Repeat("[", 100_000))); err == nil || !strings.Contains(err.Error(), "nested too deeply") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(full, false)
	f.Add(`{"schemaVersion": "2.0.0", "fileExistenceTests": [{"name": "a", "path": "/a"}]}`, true)
	f.Fuzz(func(t *testing.T, text string, isJSON bool) {
		name := "s.yaml"
		if isJSON {
			name = "s.json"
		}
		s, err := Parse(name, []byte(text))
		if err == nil && s.Len() == 0 {
			t.Error("a suite without tests is none")
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\x1b\x00") {
			t.Errorf("not one harmless line: %q", err)
		}
	})
}
